#include <fmt/format.h>

#include <map>

#include "carillon/core/units.hpp"
#include "carillon/validate/case_frames.hpp"
#include "carillon/validate/elastic_constants.hpp"
#include "case_kinds.hpp"

namespace carillon {
namespace {

constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;

/// A reference and how far from it a model may be.
struct Expected {
  double value = 0;
  std::optional<double> limit;
};

Expected read_expected(const Yaml& node) {
  node.require_keys({"value", "limit"});
  const auto limit = node.find("limit");
  return {node.at("value").number(), limit ? std::optional(limit->positive()) : std::nullopt};
}

/// Zero-based row and column of `C11` to `C66`.
std::pair<int, int> place_of(const std::string& name, const Yaml& node) {
  const auto digit = [](char c) { return c >= '1' && c <= '6'; };
  if (name.size() != 3 || name[0] != 'C' || !digit(name[1]) || !digit(name[2]))
    node.fail("'" + name + "' is not the name of an elastic constant; expected C11 to C66");
  return {name[1] - '1', name[2] - '1'};
}

class ElasticCase : public ValidationCase {
public:
  ElasticCase(const Yaml& node, const std::string& folder) : frames_(read_case_frames(node, folder)) {
    std::vector<std::string> keys = CaseFrames::keys();
    keys.insert(keys.end(), {"strain", "rest", "constants", "volume"});
    node.require_keys(case_keys(keys));
    if (const auto strain = node.find("strain")) options_.strain = strain->positive();
    rest_ = node.boolean_or("rest", true);
    for (const auto& [name, value] : node.at("constants").entries()) {
      place_of(name, value);
      constants_[name] = read_expected(value);
    }
    if (const auto volume = node.find("volume")) volume_ = read_expected(*volume);
  }

  void run(const Potential& potential, const CaseInputs& inputs, CaseResult& result) const override {
    const std::optional<OpenFrames> open = open_case_frames(frames_, potential, result);
    if (!open) return;
    inputs.world.agree([&] {  // on one rank: a crystal is small
      if (!inputs.world.is_root()) return;
      fail_on_numerical_trouble(result, [&] { judge_crystal(open->data.read(open->frames.front()), potential, result); });
    });
  }

private:
  void judge_crystal(Structure crystal, const Potential& potential, CaseResult& result) const {
    if (rest_) {
      RestingCrystal resting = without_pressure(potential, crystal, options_.relaxation);
      if (!resting.converged)
        result.notes.push_back(fmt::format("no lengths were found at which the crystal is without pressure; {:.3g} GPa are left",
                                           gpa * resting.pressure));
      result.checks.push_back(
          {"pressure left at the model's volume", "GPa", gpa * std::abs(resting.pressure), std::nullopt, 0.1});
      crystal = std::move(resting.structure);
    }
    const double volume = crystal.cell.volume() / static_cast<double>(crystal.size());
    if (volume_) result.checks.push_back({"equilibrium volume", "Å³/atom", volume, volume_->value, volume_->limit});
    const ElasticConstants found = elastic_constants(potential, crystal, options_);
    CaseTable table{"Elastic constants", {"", "atoms relaxed, GPa", "atoms clamped, GPa", "reference, GPa"}, {}};
    for (const auto& [name, expected] : constants_) {
      const int row = name[1] - '1';
      const int column = name[2] - '1';
      result.checks.push_back({name, "GPa", gpa * found.relaxed(row, column), expected.value, expected.limit});
      table.rows.push_back({name, case_number(gpa * found.relaxed(row, column)), case_number(gpa * found.clamped(row, column)),
                            case_number(expected.value)});
    }
    result.tables.push_back(std::move(table));
    result.checks.push_back({"instability: minus the smallest eigenvalue", "GPa", -gpa * found.smallest, std::nullopt, 0.0});
    result.notes.push_back(fmt::format("strain {}, {} atoms, {} Å³/atom; C_ij and C_ji differ by up to {:.2g} GPa",
                                       options_.strain, crystal.size(), case_number(volume), gpa * found.asymmetry));
    if (!found.converged)
      result.checks.push_back({"strained crystals in which the atoms did not come to rest", "", 1, std::nullopt, 0.0});
  }

  CaseFrames frames_;
  ElasticOptions options_;
  bool rest_ = true;
  std::map<std::string, Expected> constants_;
  std::optional<Expected> volume_;
};

}  // namespace

std::shared_ptr<const ValidationCase> read_elastic_case(const Yaml& node, const std::string& folder) {
  return std::make_shared<ElasticCase>(node, folder);
}

}  // namespace carillon
