#include "carillon/fit/rereference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "carillon/block/block_file.hpp"
#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "carillon/data/energy_offsets.hpp"
#include "carillon/potential/evaluate.hpp"

namespace carillon {
namespace {

/// Of the fingerprints of one structure in two files: positions are often written with 5 digits.
constexpr double same_structure = 1e-4;

/// Column of the energy offset among a block's coefficients.
std::optional<std::size_t> offset_column(const Block& block) {
  const auto place = block.basis.find(block.elements);
  if (block.elements.size() != 1 || !place) return std::nullopt;
  return static_cast<std::size_t>(block.basis.first_column(*place));
}

std::vector<bool> elements_with_offset(const std::vector<Element>& elements, const std::vector<Block>& blocks) {
  std::vector<bool> out;
  for (const Element element : elements)
    out.push_back(std::any_of(blocks.begin(), blocks.end(), [&](const Block& block) {
      return block.elements == std::vector<Element>{element} && offset_column(block);
    }));
  return out;
}

Rereferencing fitted(const Dataset& target, const std::vector<FrameFacts>& differences, const std::vector<bool>& asked) {
  Rereferencing out{target.elements(), fit_reference_energies(differences, asked), {}};
  if (out.energies.frames == 0)
    throw InputError(target.sources().front().path + ": no frame has the energies that reference energies are found from");
  std::vector<bool> known;
  for (const bool one : asked) known.push_back(!one);
  out.findings = find_open_offsets(target, differences, known);
  return out;
}

void require_same_structure(const FrameFacts& source, const FrameFacts& target, const Dataset& data, long frame) {
  bool same = source.counts == target.counts;
  for (std::size_t k = 0; k < source.fingerprint.size(); ++k)
    same = same && std::abs(source.fingerprint[k] - target.fingerprint[k]) < same_structure;
  if (same) return;
  fail_at(location_of(data, frame), "is another structure than in the other file");
}

double shift_of(const Rereferencing& change, Element element) {
  const auto place = std::find(change.elements.begin(), change.elements.end(), element);
  return place == change.elements.end() ? 0 : change.energies.shifts[static_cast<std::size_t>(place - change.elements.begin())];
}

}  // namespace

Rereferencing rereference(const Hierarchy& model, const Dataset& target, const Communicator& world,
                          const ProgressCallback& progress) {
  const std::vector<Element> elements = target.elements();
  const ChimesPotential potential(model);
  std::vector<long> frames;
  for (long frame = 0; frame < target.size(); ++frame)
    if (target.summary(frame).has_energy) frames.push_back(frame);
  std::vector<FrameFacts> differences;
  evaluate_frames(
      potential, target, frames, world,
      [&](long, const Structure& structure, const Prediction& prediction) {
        differences.push_back(frame_facts(structure, elements));
        *differences.back().energy -= prediction.energy;
      },
      progress);
  Rereferencing out;
  world.agree([&] {
    if (world.is_root()) out = fitted(target, differences, elements_with_offset(elements, model.blocks));
  });
  return out;
}

Rereferencing rereference(const Dataset& source, const Dataset& target) {
  if (source.size() != target.size())
    throw InputError(fmt::format("{}: {} frames where {} has {}: reference energies are found from the same structures",
                                 source.sources().front().path, source.size(), target.sources().front().path, target.size()));
  if (source.elements() != target.elements())
    throw InputError(
        fmt::format("{} and {} hold different elements", source.sources().front().path, target.sources().front().path));
  const std::vector<Element> elements = target.elements();
  std::vector<FrameFacts> differences;
  for (long frame = 0; frame < target.size(); ++frame) {
    const FrameFacts there = frame_facts(source.read(frame), elements);
    FrameFacts here = frame_facts(target.read(frame), elements);
    require_same_structure(there, here, source, frame);
    if (here.energy && there.energy)
      *here.energy -= *there.energy;
    else
      here.energy.reset();
    differences.push_back(here);
  }
  return fitted(target, differences, std::vector<bool>(elements.size(), true));
}

Hierarchy shifted(const Hierarchy& model, const Rereferencing& change, const std::string& note) {
  std::vector<Block> blocks = model.blocks;
  for (Block& block : blocks) {
    const auto column = offset_column(block);
    const double shift = column ? shift_of(change, block.elements.front()) : 0;
    if (shift == 0) continue;
    block.coefficients[*column] += shift;
    block.provenance.notes.push_back(fmt::format("energy offset shifted by {:.10g} eV: {}", shift, note));
  }
  adopt_parents(blocks);
  return compose(std::move(blocks), {model.penalty, model.absent});
}

Structure shifted(Structure frame, const Rereferencing& change) {
  if (frame.energy)
    for (const Element element : frame.species) *frame.energy += shift_of(change, element);
  return frame;
}

std::string rereferencing_text(const Rereferencing& change) {
  std::string text = "| element | shift, eV/atom |\n| :-- | --: |\n";
  for (std::size_t e = 0; e < change.elements.size(); ++e)
    text += fmt::format("| {} | {:.6f} |\n", change.elements[e].symbol(), change.energies.shifts[e]);
  text += fmt::format("\nEnergies of {} frames differ by {:.4g} meV/atom (rms), by {:.4g} meV/atom with these shifts.\n",
                      change.energies.frames, 1000 * change.energies.rms_before, 1000 * change.energies.rms_after);
  for (const Finding& finding : change.findings)
    text += fmt::format("Not determined: {}. The smallest shifts of those that fit equally well are taken.\n", finding.message);
  return text;
}

std::string rereferencing_json(const Rereferencing& change) {
  nlohmann::ordered_json shifts = nlohmann::ordered_json::object();
  for (std::size_t e = 0; e < change.elements.size(); ++e)
    shifts[std::string(change.elements[e].symbol())] = change.energies.shifts[e];
  nlohmann::ordered_json open = nlohmann::ordered_json::array();
  for (const Finding& finding : change.findings) open.push_back(finding.message);
  const nlohmann::ordered_json out{{"shifts_ev", shifts},
                                   {"frames", change.energies.frames},
                                   {"rms_before_mev_per_atom", 1000 * change.energies.rms_before},
                                   {"rms_after_mev_per_atom", 1000 * change.energies.rms_after},
                                   {"not_determined", open}};
  return out.dump(2) + "\n";
}

}  // namespace carillon
