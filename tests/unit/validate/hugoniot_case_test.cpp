#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"
#include "carillon/validate/validation_case.hpp"
#include "unit/validate/model_crystals.hpp"

namespace carillon {
namespace {

constexpr double k = units::boltzmann_ev_per_kelvin;
constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;
constexpr double edge = 10;  // Å, of the initial state's cell, which holds two atoms

/// A case about two carbon atoms in boxes, and what scripts/run_md.py would have written of a gas that is known.
class HugoniotCaseTest : public ::testing::Test {
protected:
  HugoniotCaseTest() : folder_(std::filesystem::temp_directory_path() / fmt::format("carillon_hugoniot_{}", ::getpid())) {}
  ~HugoniotCaseTest() override { std::filesystem::remove_all(folder_); }

  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  /// A state of the gas: molecules of two atoms without interactions, whose bond is a classical spring, or single atoms.
  void put_state(const std::string& label, double compression, double temperature, bool molecules) {
    const double length = edge / std::cbrt(compression);
    frames_ += fmt::format(
        "2\nLattice=\"{0:.10f} 0 0 0 {0:.10f} 0 0 0 {0:.10f}\" Properties=species:S:1:pos:R:3 config_type={1} pbc=\"T T T\"\n"
        "C 0 0 0\nC 0 0 1.1\n",
        length, label);
    const double volume = edge * edge * edge / compression;
    const double virial = molecules ? -gpa * k * temperature / volume : 0;  // the bond's: two atoms count as one particle
    const double potential = molecules ? k * temperature / 4 : 0;           // eV/atom: k T / 2 a spring
    put("md/" + label + "/nvt_1/result.json",
        fmt::format(R"({{"failure": "", "lasted_ps": 1, "asked_ps": 1, "temperature_K": {}, "virial_pressure_GPa": {:.17g}, )"
                    R"("potential_energy_eV_atom": {:.17g}, "rdf": {{}}}})",
                    temperature, virial, potential));
  }
  void put_gas(bool molecules) {
    frames_.clear();
    put_state("start", 1, 300, molecules);
    for (const double compression : {2.0, 3.0})
      for (const double temperature : {250.0, 900.0, 5000.0})
        put_state(fmt::format("x{}_{}K", compression, temperature), compression, temperature, molecules);
    put("frames.extxyz", frames_);
  }
  CaseResult run(const std::string& more, const std::string& initial = "label: start") const {
    put("case/case.yaml", "title: gas\nkind: hugoniot\ndata: [{file: ../frames.extxyz}]\ninitial: {" + initial + "}\n" + more);
    const testing::PairFunction nothing([](double) { return 0.0; });
    return run_case(read_cases((folder_ / "case").string()).front(), nothing, {Communicator(), (folder_ / "md").string()});
  }
  static const CaseCheck& check(const CaseResult& result, const std::string& quantity) {
    for (const CaseCheck& one : result.checks)
      if (one.quantity.starts_with(quantity)) return one;
    throw InputError("no check " + quantity);
  }
  /// Oracle, in closed form: P/P0 of a perfect gas at a compression, times P0 of `particles` in the initial cell at 300 K.
  static double pressure(double gamma, double compression, double particles) {
    const double ratio = ((gamma + 1) * compression - (gamma - 1)) / ((gamma + 1) - (gamma - 1) * compression);
    return ratio * particles * gpa * k * 300 / (edge * edge * edge);
  }
  static double density(double compression) {
    return compression * 2 * Element::from_number(6).mass() / (edge * edge * edge) *
           units::amu_per_cubic_angstrom_to_gram_per_cubic_centimetre;
  }

  std::filesystem::path folder_;
  std::string frames_;
};

std::string place(double density) { return fmt::format(", {:.2f} g/cm³", density); }

TEST_F(HugoniotCaseTest, OfAnAtomicGasIsThatInClosedForm) {
  put_gas(false);
  const std::string reference =
      fmt::format("reference: {{name: closed form, points: [[{:.10f}, {:.10g}, 1], [{:.10f}, {:.10g}, 1]]}}\n", density(2),
                  pressure(5.0 / 3, 2, 2), density(3), pressure(5.0 / 3, 3, 2));
  const CaseResult right = run(reference + "limits: {failed: 0, pressure: 1e-7}\n");
  EXPECT_EQ(right.status, CaseStatus::passed) << right.reason;
  EXPECT_NEAR(check(right, "pressure" + place(density(3))).value, pressure(5.0 / 3, 3, 2), 1e-8 * pressure(5.0 / 3, 3, 2));
  EXPECT_EQ(right.plots.at(0).series.at(0).x.size(), 2u);
  EXPECT_EQ(right.tables.at(1).rows.size(), 7u);
  EXPECT_EQ(run(reference + "limits: {temperature: 0.1}\n").status, CaseStatus::failed);  // 1 K is not the temperature
}

TEST_F(HugoniotCaseTest, VibrationsCanBeThoseOfQuantumStatistics) {
  put_gas(true);
  const auto found = [&](const std::string& more) { return check(run(more), "pressure" + place(density(3))).value; };
  EXPECT_NEAR(found(""), pressure(9.0 / 7, 3, 1), 1e-8 * pressure(9.0 / 7, 3, 1));                  // 7/2 k T a molecule
  EXPECT_NEAR(found("vibration: 1e6\n"), pressure(7.0 / 5, 3, 1), 1e-8 * pressure(7.0 / 5, 3, 1));  // frozen: 5/2 k T
}

TEST_F(HugoniotCaseTest, WhatWasNotRunIsNotJudged) {
  put_gas(false);
  const std::string limits =
      fmt::format("reference: {{name: r, points: [[{}, 1, 1], [{}, 1, 1]]}}\nlimits: {{failed: 0, pressure: 0.1}}\n",
                  density(1.9), density(3.1));
  std::filesystem::remove_all(folder_ / "md/x2_5000K");
  put("md/x2_900K/nvt_1/result.json", R"({"failure": "too hot", "lasted_ps": 1, "asked_ps": 5})");
  const CaseResult cold = run(limits);
  EXPECT_EQ(cold.status, CaseStatus::failed);
  EXPECT_EQ(check(cold, "share of failed runs, x2_900K").value, 1);
  EXPECT_NE(check(cold, "pressure" + place(density(2))).not_judged.find("at 250 K"), std::string::npos);
  std::filesystem::remove_all(folder_ / "md/start");
  EXPECT_NE(run(limits).reason.find("the initial state start has no stable run"), std::string::npos);
  std::filesystem::remove_all(folder_ / "md");
  std::filesystem::create_directories(folder_ / "md");
  EXPECT_EQ(run(limits).status, CaseStatus::skipped);
}

TEST_F(HugoniotCaseTest, StatesNeverRunAndRunsNotFinishedAreTold) {
  put_gas(false);
  std::filesystem::remove_all(folder_ / "md/x2_5000K");
  std::filesystem::create_directories(folder_ / "md/x3_900K/nvt_2");
  const CaseResult result = run("limits: {failed: 0}\n");
  EXPECT_EQ(result.status, CaseStatus::passed) << result.reason;
  EXPECT_EQ(check(result, "share of failed runs, x2_5000K").not_judged, "there is no finished run 'nvt' of it");
  EXPECT_EQ(check(result, "failed run, x3_900K, nvt_2").not_judged, "it is not finished");
  EXPECT_EQ(check(result, "share of failed runs, x3_900K").value, 0);  // that of the run that has finished
  EXPECT_EQ(result.count(CheckState::not_judged), 2);
  EXPECT_EQ(result.notes.at(0), "6 of 7 states were run");
}

TEST_F(HugoniotCaseTest, WhyADensityHasNoPointOfTheCurveIsTold) {
  const auto why = [&](const std::string& state, double compression, const std::vector<double>& temperatures,
                       const std::string& initial = "label: start") {
    frames_.clear();
    put_state("start", 1, 300, false);
    for (const double temperature : temperatures)
      put_state(fmt::format("{}_{}K", state, temperature), compression, temperature, false);
    put("frames.extxyz", frames_);
    return run("", initial).notes.at(0);
  };
  EXPECT_NE(why("one", 2, {900}).find("stable runs of one temperature only"), std::string::npos);
  EXPECT_NE(why("cold", 2, {100, 200}).find("to the same side at all temperatures"), std::string::npos);
  EXPECT_NE(why("wide", 0.5, {100, 900}).find("it is not denser than the initial state"), std::string::npos);
  // With P0 in place of the gas's own pressure p0 = 0.0083 GPa, E = 3 P / (2 rho) gives P = P0 / 2 + 3 p0 = 0.075 GPa, at 1,355
  // K.
  EXPECT_NE(why("low", 2, {900, 5000}, "label: start, pressure: 0.1").find("the pressure is not above the initial one"),
            std::string::npos);
}

TEST_F(HugoniotCaseTest, RunsWithoutAPressureAreNamed) {
  put_gas(false);
  put("md/start/nvt_1/result.json",
      R"({"failure": "", "lasted_ps": 1, "asked_ps": 1, "temperature_K": 300, "potential_energy_eV_atom": 0, "rdf": {}})");
  EXPECT_EQ(run("").notes.at(0), "start, nvt_1: has no virial pressure: remove its result.json and run scripts/run_md.py again");
}

TEST_F(HugoniotCaseTest, RunsWithoutAPotentialEnergyAreNamed) {
  put_gas(false);
  put("md/start/nvt_1/result.json",
      R"({"failure": "", "lasted_ps": 1, "asked_ps": 1, "temperature_K": 300, "virial_pressure_GPa": 1, "rdf": {}})");
  const CaseResult result = run("");
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_EQ(result.notes.at(0), "start, nvt_1: has no potential energy: remove its result.json and run scripts/run_md.py again");
}

TEST_F(HugoniotCaseTest, WrongCasesAreRefusedWithTheirPlace) {
  const auto expect_refused = [&](const std::string& more, const std::string& message) {
    try {
      run(more);
      FAIL() << "not refused: " << more;
    } catch (const InputError& problem) {
      EXPECT_NE(std::string(problem.what()).find(message), std::string::npos) << problem.what();
    }
  };
  expect_refused("reference: {name: r, points: [[1, 2]]}\n", "expected density");
  expect_refused("reference: {name: r, points: [[1, 2, 3], [1, 2, 3]]}\n", "above the one before");
  expect_refused("limits: {pressures: 1}\n", "unknown key 'pressures'");
  expect_refused("vibration: -1\n", "case.yaml:5");
}

}  // namespace
}  // namespace carillon
