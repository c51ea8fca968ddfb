#pragma once

#include <string>

#include "carillon/core/atomic_file.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

/// A frame as text of the field's training format, with a NON_ORTHO header (docs/file_formats.md). Label, temperature and
/// origin have no place in it.
///
/// Reading it back gives cell and positions to the last bit. Forces, stress and energy change units: a number that came from a
/// xyzf file comes back to the last bit, any other to within one unit in the last place.
///
/// @throws ShapeError   positions or forces differ in length from the species, or there are no atoms
/// @throws DomainError  the frame has no forces or is not fully periodic, the cell is singular, or a number is not finite
std::string xyzf_text(const Structure& frame);

/// A file of such frames, written one by one; it appears under its name at commit().
class XyzfWriter {
public:
  /// @throws FileError  the file cannot be made
  explicit XyzfWriter(std::string path) : file_(std::move(path)) {}

  /// @throws as xyzf_text(), and FileError when the disk is full
  void write(const Structure& frame) { file_.write(xyzf_text(frame)); }
  /// @throws FileError
  void commit() { file_.commit(); }

private:
  AtomicFile file_;
};

}  // namespace carillon
