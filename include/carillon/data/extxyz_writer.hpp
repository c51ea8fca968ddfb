#pragma once

#include <string>
#include <utility>
#include <vector>

#include "carillon/core/atomic_file.hpp"
#include "carillon/data/other_keys.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

/// More quantities of a frame, by name, and the keys that it came with (other_keys()).
struct FrameExtras {
  std::vector<std::pair<std::string, double>> numbers = {};                        ///< on the comment line
  std::vector<std::pair<std::string, std::vector<Eigen::Vector3d>>> vectors = {};  ///< a column group each
  std::vector<std::pair<std::string, Eigen::Matrix3d>> matrices = {};              ///< 9 numbers of the comment line
  std::vector<OtherKey> keys = {};  ///< as they came, but for those that are written for the frame or its extras anyway
};

/// A frame as extended XYZ text in internal units (eV, Å, tension-positive eV/Å³). Reading it back with the default options
/// gives every number back to the last bit; `origin` is not written.
///
/// The stress is written as 9 numbers, row by row; one with only its diagonal as `stress_diagonal`, 3 numbers, so that nobody
/// takes zeros for shear.
///
/// @throws ShapeError   positions, forces or extra vectors differ in length from the species, or there are no atoms
/// @throws DomainError  a number is not finite, the stress is not symmetric, a label or key holds a line break, the cell of a
///                      periodic frame is singular, or an extra name is no plain word or one of ours
std::string extxyz_text(const Structure& frame, const FrameExtras& extras = {});

/// A file of such frames, written one by one; it appears under its name at commit().
class ExtxyzWriter {
public:
  /// @throws FileError  the file cannot be made
  explicit ExtxyzWriter(std::string path) : file_(std::move(path)) {}

  /// @throws as extxyz_text(), and FileError when the disk is full
  void write(const Structure& frame, const FrameExtras& extras = {}) { file_.write(extxyz_text(frame, extras)); }
  /// @throws FileError
  void commit() { file_.commit(); }

private:
  AtomicFile file_;
};

}  // namespace carillon
