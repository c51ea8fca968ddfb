#pragma once

#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// How a source writes stress: unit and sign. Declared by the user, never guessed from the numbers.
///
/// `ase`: eV/Å³, tension positive (the default of extended XYZ). The others are `<unit>_<sign>` with the units `ev` (eV/Å³),
/// `gpa`, `kbar` and the signs `tension`, `pressure` (the sign that is positive).
enum class StressConvention { ase, ev_pressure, gpa_tension, gpa_pressure, kbar_tension, kbar_pressure };

/// @throws InputError  unknown name; the message lists the known ones
StressConvention stress_convention_from_name(const std::string& name);
std::vector<std::string> stress_convention_names();

/// What a number of the source is multiplied with to become eV/Å³, tension positive.
double stress_factor(StressConvention convention);

/// The names that the quantities have in an extended XYZ file; an empty name means: look for the common ones
/// (data/key_report.hpp holds them, in their order of preference).
struct KeyNames {
  std::string energy;       ///< total, eV
  std::string forces;       ///< a column of type R:3, eV/Å
  std::string stress;       ///< 9 or 6 numbers, see StressConvention
  std::string virial;       ///< -V * stress, eV; at most one of stress and virial may be named
  std::string label;        ///< state point or group
  std::string temperature;  ///< K
};

/// Some of what a frame may be labelled with.
struct LabelKinds {
  bool energy = false;
  bool forces = false;
  bool stress = false;

  bool any() const { return energy || forces || stress; }
};

/// How to read one file of frames.
struct DataOptions {
  std::string format = "auto";  ///< `auto` (by suffix, then by content) or a name of frame_format_names()
  KeyNames keys;                ///< extxyz only
  LabelKinds required;          ///< every frame must have them; a frame without one is an InputError
  LabelKinds ignored;           ///< not taken from the file, such as energies whose zero is another method's
  /// extxyz only, `ase` when not given; xyzf fixes its own (GPa, pressure positive).
  std::optional<StressConvention> stress_convention;
  /// xyzf only: what the numbers of the header line are, for headers whose count is ambiguous. Names: lx ly lz (an
  /// orthorhombic cell) or ax ay az bx by bz cx cy cz; xx yy zz [xy xz yz] (stress); energy; temperature; skip.
  std::vector<std::string> columns;
  std::string label;             ///< label of every frame, over what the file says; empty = the file's own
  std::string temperature_file;  ///< one temperature (K) a line, one line a frame, over what the file says; empty = none
  long first_frames = 0;         ///< read only that many frames from the start; 0 = all
};

}  // namespace carillon
