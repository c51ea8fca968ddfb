#include "carillon/data/key_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace carillon {
namespace {

using namespace std::string_view_literals;

constexpr std::array energy_keys = {"REF_energy"sv,  "ref_energy"sv, "DFT_energy"sv, "dft_energy"sv,
                                    "free_energy"sv, "energy"sv,     "Energy"sv,     "total_energy"sv};
constexpr std::array forces_keys = {"REF_forces"sv, "REF_force"sv,  "ref_forces"sv, "ref_force"sv, "DFT_forces"sv,
                                    "DFT_force"sv,  "dft_forces"sv, "dft_force"sv,  "forces"sv,    "force"sv};
constexpr std::array stress_keys = {"REF_stress"sv, "ref_stress"sv,      "DFT_stress"sv, "dft_stress"sv,
                                    "REF_virial"sv, "ref_virial"sv,      "DFT_virial"sv, "dft_virial"sv,
                                    "stress"sv,     "stress_diagonal"sv, "virial"sv};
constexpr std::array label_keys = {"config_type"sv, "label"sv, "state"sv};
constexpr std::array temperature_keys = {"temperature"sv, "temp"sv};

}  // namespace

std::string_view quantity_name(Quantity quantity) {
  constexpr std::array names = {"energy"sv, "forces"sv, "stress"sv, "label"sv, "temperature"sv};
  return names[static_cast<std::size_t>(quantity)];
}

std::span<const std::string_view> common_keys(Quantity quantity) {
  switch (quantity) {
    case Quantity::energy:
      return energy_keys;
    case Quantity::forces:
      return forces_keys;
    case Quantity::stress:
      return stress_keys;
    case Quantity::label:
      return label_keys;
    case Quantity::temperature:
      break;
  }
  return temperature_keys;
}

bool is_virial_key(std::string_view key) { return key.ends_with("virial"); }

std::string KeyReport::text() const {
  const std::string name(quantity_name(quantity));
  std::string out = key.empty() ? name + ": none" : fmt::format("{}: '{}' in {} of {} frames", name, key, frames, total_frames);
  for (std::size_t i = 0; i < passed_over.size(); ++i)
    out += fmt::format("{}'{}' in {}", i == 0 ? "; not used: " : ", ", passed_over[i].first, passed_over[i].second);
  return out;
}

std::string KeyTally::count_used(Quantity quantity, std::string_view key) {
  KeyReport& report = of(quantity);
  if (report.key.empty()) report.key = key;
  if (report.key != key)
    return fmt::format("{} stands under '{}' here but under '{}' in earlier frames; name the one to use under keys",
                       quantity_name(quantity), key, report.key);
  ++report.frames;
  return {};
}

void KeyTally::count_passed_over(Quantity quantity, std::string_view key) {
  auto& list = of(quantity).passed_over;
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.first == key; });
  if (found == list.end())
    list.emplace_back(key, 1);
  else
    ++found->second;
}

std::vector<KeyReport> KeyTally::reports(long total_frames) const {
  std::vector<KeyReport> out(reports_.begin(), reports_.end());
  for (const Quantity quantity : all_quantities) {
    out[static_cast<std::size_t>(quantity)].quantity = quantity;
    out[static_cast<std::size_t>(quantity)].total_frames = total_frames;
  }
  return out;
}

}  // namespace carillon
