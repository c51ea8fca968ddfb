#include "carillon/validate/validation_case.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"
#include "carillon/validate/results_table.hpp"
#include "unit/validate/model_crystals.hpp"

namespace carillon {
namespace {

using testing::PairFunction;

double well(double r) { return 5 * (std::exp(-4 * (r - 1.3)) - 2 * std::exp(-2 * (r - 1.3))); }

/// A folder of its own, with a case in it.
class CaseTest : public ::testing::Test {
protected:
  CaseTest() : folder_(std::filesystem::temp_directory_path() / fmt::format("carillon_case_{}", ::getpid())) {
    std::filesystem::create_directories(folder_ / "one");
  }
  ~CaseTest() override { std::filesystem::remove_all(folder_); }

  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  CaseResult run(const std::string& yaml, const Potential& potential, const std::string& dynamics = "") const {
    put("one/case.yaml", yaml);
    return run_case(read_cases((folder_ / "one").string()).front(), potential, {Communicator(), dynamics});
  }
  void expect_refused(const std::string& yaml, const std::string& message) const {
    put("one/case.yaml", yaml);
    try {
      read_cases((folder_ / "one").string());
      FAIL() << "not refused: " << yaml;
    } catch (const InputError& problem) {
      EXPECT_NE(std::string(problem.what()).find(message), std::string::npos) << problem.what();
    }
  }
  /// Dimers of the well, labelled with `energy`.
  void put_dimers(double (*energy)(double), double force = 0) const {
    std::string text;
    for (const double r : {1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 2.0, 3.0}) {
      text += fmt::format(
          "2\nLattice=\"12 0 0 0 12 0 0 0 12\" Properties=species:S:1:pos:R:3:forces:R:3 energy={:.12f} config_type={} pbc=\"T T "
          "T\"\n",
          energy(r), r < 1.5 ? "near" : "far");
      text += fmt::format("C 6 6 6 0 0 {}\nC 6 6 {} 0 0 0\n", force, 6 + r);
    }
    put("dimers.extxyz", text);
  }

  std::filesystem::path folder_;
};

constexpr const char* curve = R"(
title: a curve
kind: curve
data: [{file: ../dimers.extxyz}]
along: distance
inwards: {factor: 0.5, points: 50}
limits: {energy: 0.001, hole: 0, flat: 0}
)";

TEST_F(CaseTest, ACurveThatIsRightPasses) {
  put_dimers(well);
  const CaseResult result = run(curve, PairFunction(well));
  EXPECT_EQ(result.status, CaseStatus::passed);
  ASSERT_EQ(result.checks.size(), 3u);
  EXPECT_LT(result.checks[0].value, 1e-6);
  EXPECT_EQ(result.checks[1].value, 0);
  EXPECT_EQ(result.name, "one");
  EXPECT_EQ(result.plots.at(0).series.size(), 3u);
}

TEST_F(CaseTest, AHoleInsideFails) {
  put_dimers(well);
  const CaseResult result = run(curve, PairFunction([](double r) { return r < 0.8 ? well(0.8) - 20 * (0.8 - r) : well(r); }));
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NEAR(result.checks[1].value, 20 * 0.3 / 2, 0.11);  // eV/atom, from 0.8 to 0.5 Å; the scan steps by 0.01 Å
}

TEST_F(CaseTest, AHoleIsFoundWithoutLabels) {
  put("dimers.extxyz", "2\nLattice=\"12 0 0 0 12 0 0 0 12\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\nC 6 6 6\nC 6 6 7\n");
  const CaseResult right = run(curve, PairFunction(well));
  EXPECT_EQ(right.status, CaseStatus::passed);
  EXPECT_EQ(right.checks.size(), 3u);
  EXPECT_EQ(right.checks.at(0).not_judged, "0 labelled frame(s): no curve yet");
  EXPECT_EQ(right.plots.at(0).title, "Energy above the shortest frame");
  EXPECT_EQ(right.plots.at(0).series.size(), 1u);
  EXPECT_NE(right.notes.at(0).find("0 labelled frame(s)"), std::string::npos);
  EXPECT_EQ(run(curve, PairFunction([](double r) { return -1 / r; })).status, CaseStatus::failed);
  const CaseResult flat = run(curve, PairFunction([](double r) { return well(std::max(r, 0.75)); }));
  EXPECT_EQ(flat.status, CaseStatus::failed);
  EXPECT_EQ(flat.checks.at(1).value, 0);
  EXPECT_NEAR(flat.checks.at(2).value, 0.5, 0.021);  // a step of the scan is 0.02 of the way
}

/// Names of the checks that were left unjudged.
std::vector<std::string> unjudged(const CaseResult& result) {
  std::vector<std::string> names;
  for (const CaseCheck& check : result.checks)
    if (check.state() == CheckState::not_judged) names.push_back(check.quantity);
  return names;
}

TEST_F(CaseTest, LimitsThatNothingIsHeldToAreToldAsNotJudged) {
  using Names = std::vector<std::string>;
  put("dimers.extxyz",
      "2\nLattice=\"12 0 0 0 12 0 0 0 12\" Properties=species:S:1:pos:R:3 pbc=\"T T T\" energy=0\nC 6 6 6\nC 6 6 7\n"
      "2\nLattice=\"11 0 0 0 11 0 0 0 11\" Properties=species:S:1:pos:R:3 pbc=\"T T T\" energy=9\nC 6 6 6\nC 6 6 7\n");
  const PairFunction constant([](double) { return 0.0; });
  const std::string volume =
      "title: v\nkind: curve\ndata: [{file: ../dimers.extxyz}]\nalong: volume\n"
      "limits: {energy: 1e9, pressure: 1, volume: 1, bulk_modulus: 1}\n";
  const CaseResult two = run(volume, constant);
  EXPECT_EQ(two.status, CaseStatus::passed);
  EXPECT_EQ(unjudged(two), (Names{"pressure RMSE", "equilibrium volume", "bulk modulus"}));
  EXPECT_EQ(unjudged(run(volume + "window: 1\n", constant)).size(), 4u);
  const std::string errors =
      "title: e\nkind: errors\ndata: [{file: ../dimers.extxyz}]\nlimits: {training: {energy: 1e9, force: 1}, ";
  EXPECT_EQ(unjudged(run(errors + "held_out: {energy: 1}, states: {typo: {stress: 1}}}", constant)),
            (Names{"force RMSE, training states", "energy RMSE, held-out states", "stress RMSE, typo"}));
  EXPECT_TRUE(unjudged(run("title: e\nkind: errors\ndata: [{file: ../dimers.extxyz}]\n", constant)).empty());
}

TEST_F(CaseTest, APredictionThatIsNotFiniteFailsTheCase) {
  put_dimers(well);
  const PairFunction broken([](double r) { return r > 2.5 ? NAN : well(r); });
  const CaseResult result = run("title: e\nkind: errors\ndata: [{file: ../dimers.extxyz}]\n", broken);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("dimers.extxyz:29: frame 7: the prediction is not finite, in 1 frame(s) of 8"), std::string::npos)
      << result.reason;
  EXPECT_LT(result.checks.at(1).value, 1e-6);  // of the other frames
}

/// Forces that are no numbers.
class Unrelaxable : public testing::SpringNetwork {
public:
  using SpringNetwork::SpringNetwork;
  Prediction evaluate(const Structure& structure) const override {
    Prediction out = SpringNetwork::evaluate(structure);
    for (auto& force : out.forces) force.setConstant(NAN);
    return out;
  }
};

/// A frame of diamond's primitive cell, of the cubic edge `a`.
std::string diamond_frame(double a, const std::string& labels = "") {
  return fmt::format(
      "2\nLattice=\"0 {0} {0} {0} 0 {0} {0} {0} 0\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"{2}\nC 0 0 0\nC {1} {1} {1}\n",
      a / 2, a / 4, labels);
}

TEST_F(CaseTest, ACrystalThatCannotBeRelaxedFailsTheCase) {
  put("dimers.extxyz", diamond_frame(3.57));
  const CaseResult result = run("title: e\nkind: elastic\ndata: [{file: ../dimers.extxyz}]\nconstants: {C11: {value: 1000}}\n",
                                Unrelaxable(testing::diamond(3.57), 4, 100));
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_EQ(result.reason, "relaxation: a force is not finite");
}

/// Springs of stiffness s / d² between first and second neighbours of diamond, s = 20 eV. The sums of n_i n_j n_k n_l over the 4
/// bonds and the 12 second neighbours of a cell give C11 = 22/9 s/V, C12 = 13/9 s/V, and the bulk modulus 16/9 s/V. In a shear
/// the sublattices move against each other by γ d/√3, which takes 4/9 of the 13/9 s/V that C44 has with the atoms clamped.
struct SpringDiamond {
  static constexpr double edge = 3.57, stiffness = 20, volume = edge * edge * edge / 4;  // Å³, of two atoms
  static constexpr double unit = units::ev_per_cubic_angstrom_to_gpa * stiffness / volume;
  testing::SpringNetwork springs{testing::diamond(edge), 0.75 * edge, stiffness};
};

TEST_F(CaseTest, ElasticConstantsOfSpringsAreThoseByHand) {
  put("dimers.extxyz", diamond_frame(3.6));  // not at rest: the case has to find the volume
  const SpringDiamond made;
  const auto yaml = [](double c44) {
    return fmt::format(
        "title: e\nkind: elastic\ndata: [{{file: ../dimers.extxyz}}]\nstrain: 1e-4\nvolume: {{value: {}, limit: 1e-4}}\n"
        "constants: {{C11: {{value: {}, limit: 0.1}}, C12: {{value: {}, limit: 0.1}}, C44: {{value: {}, limit: 0.1}}}}\n",
        SpringDiamond::volume / 2, SpringDiamond::unit * 22 / 9, SpringDiamond::unit * 13 / 9, c44);
  };
  const CaseResult right = run(yaml(SpringDiamond::unit), made.springs);
  EXPECT_EQ(right.status, CaseStatus::passed) << results_details({right});
  EXPECT_EQ(right.count(CheckState::passed), 6);  // three constants, volume, pressure left, stability
  EXPECT_EQ(run(yaml(SpringDiamond::unit + 0.2), made.springs).status, CaseStatus::failed);
  const std::string rest =
      "title: e\nkind: elastic\ndata: [{file: ../dimers.extxyz}]\nrest: false\nconstants: {C11: {value: 0}}\n";
  EXPECT_EQ(run(rest + fmt::format("volume: {{value: {}, limit: 1e-9}}\n", std::pow(3.6, 3) / 8), made.springs).status,
            CaseStatus::passed);
}

/// Energy 8 s (λ - 1)² of a cell whose lengths are λ times those at rest, and its stress.
std::string volume_frames(double s, const std::vector<double>& factors) {
  std::string text;
  for (const double f : factors) {
    const double stress = 16 * s * (f - 1) / (3 * SpringDiamond::volume * f * f);
    text += diamond_frame(
        f * SpringDiamond::edge,
        fmt::format(" energy={0:.15g} stress=\"{1:.15g} 0 0 0 {1:.15g} 0 0 0 {1:.15g}\"", 8 * s * (f - 1) * (f - 1), stress));
  }
  return text;
}

TEST_F(CaseTest, ACurveAlongVolumeIsThatByHand) {
  const SpringDiamond made;
  const std::vector<double> factors = {0.985, 0.99, 0.995, 1, 1.005, 1.01, 1.015};
  const std::string yaml =
      "title: v\nkind: curve\ndata: [{file: ../dimers.extxyz}]\nalong: volume\n"
      "limits: {energy: 1e-3, pressure: 1e-3, volume: 1e-4, bulk_modulus: 0.1}\n";
  put("dimers.extxyz", volume_frames(SpringDiamond::stiffness, factors));
  const CaseResult right = run(yaml, made.springs);
  EXPECT_EQ(right.status, CaseStatus::passed) << results_details({right});
  ASSERT_EQ(right.checks.size(), 5u);
  EXPECT_NEAR(right.checks[2].value, SpringDiamond::volume / 2, 1e-3);
  EXPECT_NEAR(right.checks[3].value, SpringDiamond::unit * 16 / 9,
              0.01 * SpringDiamond::unit);  // a Birch-Murnaghan form through a parabola in λ
  // A reference that is stiffer by a tenth: each number is off by a tenth of what it is, the volume stays.
  put("dimers.extxyz", volume_frames(1.1 * SpringDiamond::stiffness, factors));
  const CaseResult stiffer = run(yaml, made.springs);
  EXPECT_EQ(stiffer.count(CheckState::failed), 3);
  double squares = 0;
  for (const double f : factors) squares += std::pow(0.8 * SpringDiamond::stiffness * (f - 1) * (f - 1) / 2, 2);
  EXPECT_NEAR(stiffer.checks[0].value, 1e3 * std::sqrt(squares / 7), 1e-6);  // meV/atom
  EXPECT_NEAR(stiffer.checks[3].value / *stiffer.checks[3].reference, 1 / 1.1, 1e-6);
}

TEST_F(CaseTest, ACurveThatIsWrongFails) {
  put_dimers(well);
  EXPECT_EQ(run(curve, PairFunction([](double r) { return 1.1 * well(r); })).status, CaseStatus::failed);
}

TEST_F(CaseTest, ErrorsAreHeldToTheLimitsOfTheirSet) {
  put_dimers([](double r) { return well(r) + (r < 1.5 ? 0.02 : 0.4); }, 0.3);
  const std::string yaml = R"(
title: errors
kind: errors
data: [{file: ../dimers.extxyz}]
held_out: [far]
limits: {training: {energy: 10.1, force: 0.125}, held_out: {energy: )";
  const CaseResult passed = run(yaml + "200.1}, states: {near: {force: 1}}}", PairFunction(well));
  EXPECT_EQ(passed.status, CaseStatus::passed);
  EXPECT_EQ(passed.checks.at(0).quantity, "force RMSE, training states");
  EXPECT_NEAR(passed.checks.at(0).value, 0.3 / std::sqrt(6.0), 1e-12);
  EXPECT_NEAR(passed.checks.at(1).value, 10, 1e-6);   // meV/atom
  EXPECT_NEAR(passed.checks.at(3).value, 200, 1e-6);  // of the held-out state
  EXPECT_EQ(run(yaml + "199}}", PairFunction(well)).status, CaseStatus::failed);
}

TEST_F(CaseTest, WhatCannotBeAskedIsSkipped) {
  const CaseResult absent = run(curve, PairFunction(well));
  EXPECT_EQ(absent.status, CaseStatus::skipped);
  EXPECT_NE(absent.reason.find("dimers.extxyz"), std::string::npos);
  put_dimers(well);
  put("dimers.extxyz", "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3 energy=1 pbc=\"T T T\"\nN 0 0 0\n");
  const CaseResult unknown = run(curve, PairFunction(well));
  EXPECT_EQ(unknown.reason, "the model does not know N");
  EXPECT_FALSE(any_failed({absent, unknown}));
}

/// A carbon pair, 1.53 Å apart but for a little, in two frames of the state `hot`; and what run_md.py leaves of a run.
class DynamicsCaseTest : public CaseTest {
protected:
  DynamicsCaseTest() {
    std::string frames;
    for (const double x : {1.52, 1.54})
      frames += fmt::format(
          "2\nLattice=\"6 0 0 0 6 0 0 0 6\" Properties=species:S:1:pos:R:3 energy=1 stress=\"-0.1 0 0 0 -0.1 0 0 0 -0.1\" "
          "config_type=hot "
          "pbc=\"T T T\"\nC 0 0 0\nC 0 0 {}\n",
          x);
    put("dimers.extxyz", frames);
    std::filesystem::create_directories(md());
  }
  std::string md() const { return (folder_ / "md").string(); }
  CaseResult dynamics(const std::string& more = "") const {
    return run(
        "title: md\nkind: dynamics\ndata: [{file: ../dimers.extxyz}]\nlimits: {failed: 0, pressure: 1, radial: 0.9}\n" + more,
        PairFunction(well), md());
  }
  /// A stable run whose pairs are all in the bin of `distance`.
  void put_stable(const std::string& place, double distance) const {
    std::string points;
    for (int k = 0; k < 120; ++k) {
      const double r = 0.05 * (k + 0.5);
      points += fmt::format("{}[{:.3f}, {}]", k > 0 ? ", " : "", r, std::abs(r - distance) < 0.025 ? 40 : 0);
    }
    put("md/" + place + "/result.json",
        R"({"failure": "", "lasted_ps": 5, "asked_ps": 5, "temperature_K": 3000, "virial_pressure_GPa": 16.5, "rdf": {"C-C": [)" +
            points + "]}}");
  }
};

TEST_F(DynamicsCaseTest, StableRunsAreComparedWithTheSampledFrames) {
  EXPECT_EQ(run("title: md\nkind: dynamics\ndata: [{file: ../dimers.extxyz}]\n", PairFunction(well)).status, CaseStatus::skipped);
  EXPECT_EQ(dynamics().status, CaseStatus::skipped);  // no run of the state
  put_stable("hot/nvt_1", 1.53);
  const CaseResult stable = dynamics();
  EXPECT_EQ(stable.status, CaseStatus::passed) << results_details({stable});
  EXPECT_EQ(stable.checks.at(1).quantity, "virial pressure, hot");
  EXPECT_NEAR(*stable.checks.at(1).reference, 16.02, 0.01);
  EXPECT_LT(stable.checks.at(2).value, 0.9);  // the second pair of the frames, through the cell's face, is not in the run
  put("md/hot/nvt_2/result.json", R"({"failure": "too hot", "lasted_ps": 1, "asked_ps": 5})");
  const CaseResult half = dynamics();
  EXPECT_EQ(half.status, CaseStatus::failed);
  EXPECT_DOUBLE_EQ(half.checks.at(0).value, 0.5);
  put("md/hot/nvt_2/result.json", "{");
  EXPECT_THROW(dynamics(), InputError);
}

TEST_F(DynamicsCaseTest, DistributionsThatShareNothingDifferWholly) {
  put_stable("hot/nvt_1", 0.53);
  const CaseResult apart = dynamics();
  EXPECT_EQ(apart.status, CaseStatus::failed);
  EXPECT_DOUBLE_EQ(apart.checks.at(2).value, 1);
}

TEST_F(DynamicsCaseTest, DistributionsWithoutAnyPairAreNotJudged) {
  put("md/hot/nvt_1/result.json",
      R"({"failure": "", "lasted_ps": 5, "asked_ps": 5, "temperature_K": 3000, "rdf": {"C-C": [[0.025, 0], [0.075, 0], [0.125, 0], [0.175, 0]]}})");
  const CaseResult result = dynamics();
  EXPECT_EQ(unjudged(result), (std::vector<std::string>{"virial pressure, hot", "radial difference C-C, hot"}));
  EXPECT_EQ(result.checks.at(1).not_judged, "the runs tell no virial pressure");
}

TEST_F(DynamicsCaseTest, StatesAndRunsThatAreNotThereAreTold) {
  put_stable("hot/nvt_1", 1.53);
  put("md/hot/nvt_2/log.lammps", "still going");
  put("md/hot/nvt_long_1/log.lammps", "of another run");
  put_stable("unsampled/nvt_1", 1.53);
  const CaseResult result = dynamics("labels: [hot, cold, unsampled]\n");
  EXPECT_EQ(unjudged(result),
            (std::vector<std::string>{"failed run, hot, nvt_2", "virial pressure, unsampled", "radial difference, unsampled",
                                      "share of failed runs, cold", "virial pressure, cold", "radial difference, cold"}));
  EXPECT_EQ(result.tables.at(0).rows.size(), 2u);
  EXPECT_NE(std::find(result.notes.begin(), result.notes.end(), "2 of 3 states were run"), result.notes.end());
}

TEST_F(DynamicsCaseTest, AStateWithoutAStableRunIsNotCompared) {
  put("md/hot/nvt_1/result.json", R"({"failure": "too hot", "lasted_ps": 1, "asked_ps": 5})");
  const CaseResult result = dynamics();
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_EQ(unjudged(result), (std::vector<std::string>{"virial pressure, hot", "radial difference, hot"}));
}

TEST_F(CaseTest, WrongCasesAreRefusedWithTheirPlace) {
  expect_refused("title: a\nkind: errros\n", "case.yaml:2: kind");
  expect_refused("title: a\nkind: errors\ndata: [{file: x}]\nlimit: 3\n", "unknown key 'limit'");
  expect_refused("title: a\nkind: errors\ndata: [{file: x}]\nelements: [Cx]\n", "'Cx' is not an element");
  expect_refused("title: a\nkind: errors\ndata: [{file: x}]\nlimits: {training: {forces: 1}}\n", "unknown key 'forces'");
  expect_refused("title: a\nkind: curve\ndata: [{file: x}]\nalong: volume\nlimits: {hole: 0}\n", "needs 'inwards'");
  expect_refused("title: a\nkind: curve\ndata: [{file: x}]\nalong: distance\nlimits: {pressure: 0}\n", "need 'along: volume'");
  expect_refused("title: a\nkind: curve\ndata: [{file: x}]\nalong: volume\ninwards: {}\nlimits: {flat: 1.5}\n", "from 0 to 1");
  for (const char* limit : {"failed: 2", "failed: -0.1", "radial: 20"})
    expect_refused(fmt::format("title: a\nkind: dynamics\ndata: [{{file: x}}]\nlimits: {{{}}}\n", limit), "from 0 to 1");
  expect_refused("title: a\nkind: elastic\ndata: [{file: x}]\nconstants: {C17: {value: 1}}\n", "'C17' is not the name");
  std::filesystem::remove(folder_ / "one/case.yaml");
  EXPECT_THROW(read_cases(folder_.string()), InputError);
  EXPECT_THROW(read_cases((folder_ / "nowhere").string()), InputError);
}

TEST(CaseCheck, IsHeldToItsLimit) {
  EXPECT_EQ((CaseCheck{"q", "", 2, std::nullopt, 2.0}.state()), CheckState::passed);
  EXPECT_EQ((CaseCheck{"q", "", 2.1, std::nullopt, 2.0}.state()), CheckState::failed);
  EXPECT_EQ((CaseCheck{"q", "", -2, -1.0, 1.0}.state()), CheckState::passed);
  EXPECT_EQ((CaseCheck{"q", "", -2.1, -1.0, 1.0}.state()), CheckState::failed);
  EXPECT_EQ((CaseCheck{"q", "", NAN, std::nullopt, 2.0}.state()), CheckState::failed);
  EXPECT_EQ((CaseCheck{"q", "", NAN}.state()), CheckState::told);
  EXPECT_EQ((CaseCheck{"q", "", NAN, std::nullopt, 2.0, "no data"}.state()), CheckState::not_judged);
}

TEST(ResultsTable, TellsWhatFailedAndWhatWasSkipped) {
  CaseResult failed{
      .name = "a", .title = "A", .kind = "errors", .checks = {{"force", "eV/Å", 2, std::nullopt, 1.0}, {"more", "", NAN}}};
  failed.judge();
  CaseResult skipped{.name = "b", .title = "B", .kind = "curve"};
  skipped.skip("no data");
  EXPECT_TRUE(any_failed({failed, skipped}));
  const std::string text = results_markdown({failed, skipped});
  EXPECT_NE(text.find("| a | errors | failed | 1 of 2 | 0 |"), std::string::npos) << text;
  EXPECT_NE(text.find("- a: force: 2 eV/Å, expected at most 1"), std::string::npos) << text;
  EXPECT_NE(text.find("- b: skipped: no data"), std::string::npos) << text;
  const auto json = nlohmann::json::parse(results_json({{"m"}, "springs", "0.1"}, {failed, skipped}));
  EXPECT_EQ(json["cases"][0]["checks"][0]["passed"], false);
  EXPECT_TRUE(json["cases"][0]["checks"][1]["value"].is_null());
  EXPECT_EQ(json["cases"][1]["reason"], "no data");
}

}  // namespace
}  // namespace carillon
