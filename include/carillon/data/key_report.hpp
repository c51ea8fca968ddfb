#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon {

/// What a frame can carry besides its geometry. The virial counts as stress.
enum class Quantity { energy, forces, stress, label, temperature };
inline constexpr std::array<Quantity, 5> all_quantities = {Quantity::energy, Quantity::forces, Quantity::stress, Quantity::label,
                                                           Quantity::temperature};

std::string_view quantity_name(Quantity quantity);

/// The names looked for in extended XYZ, most preferred first.
///
/// A name with a prefix (`REF_`, `dft_`) wins over the bare one, because programs overwrite the bare one with their own
/// model's result. `free_energy` wins over `energy`: with electronic smearing the forces are the slopes of the free energy.
/// A stress wins over a virial of the same kind of name.
std::span<const std::string_view> common_keys(Quantity quantity);

/// Whether a common stress key means a virial, -V * stress.
bool is_virial_key(std::string_view key);

/// Under which name a file had a quantity.
struct KeyReport {
  Quantity quantity = Quantity::energy;
  std::string key;        ///< the name that was used; empty when the file has none
  long frames = 0;        ///< frames that had it
  long total_frames = 0;  ///< frames of the file
  /// Other common names that were there but not used, with the number of frames that had them.
  std::vector<std::pair<std::string, long>> passed_over;

  /// `energy: 'free_energy' in 55 of 55 frames; not used: 'energy' in 55`
  std::string text() const;
};

/// Counts the names used while a file is read.
class KeyTally {
public:
  /// @return the empty text, or the problem when earlier frames had this quantity under another name: one fit must not mix
  ///         two levels of theory by accident
  std::string count_used(Quantity quantity, std::string_view key);
  void count_passed_over(Quantity quantity, std::string_view key);

  /// One report a quantity, in the order of all_quantities.
  std::vector<KeyReport> reports(long total_frames) const;

private:
  KeyReport& of(Quantity quantity) { return reports_[static_cast<std::size_t>(quantity)]; }
  std::array<KeyReport, all_quantities.size()> reports_;
};

}  // namespace carillon
