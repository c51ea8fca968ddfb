#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/file_lock.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/fit/recipe.hpp"

namespace carillon {

/// Everything a fit's result depends on, by name (`recipe`, `program`, `data file x.extxyz`, `frozen block C`), as hashes: fits
/// with equal identities end with the same bytes (with block-cyclic factors: on the same number of ranks).
using FitIdentity = std::map<std::string, std::string>;

/// @throws InputError, FileError  a frozen block that cannot be read
/// Cost: one hash of every data file.
FitIdentity fit_identity(const Recipe& recipe, const Dataset& data);

/// Finished pieces of a fit that is not finished itself, kept in a folder by name until it is (docs/checkpoints.md).
///
/// A piece is bound to the fit's identity and to its name by a SHA-256 over all three: what is damaged, renamed or of another fit
/// is never given back, but reported and made again. Files are written whole or not at all; ranks on several machines share the
/// folder by a shared file system, and any rank may read what any other wrote. In the folder stand `lock`, `identity.json` and
/// `<name>.piece` for every piece; whatever else is there is somebody else's and never touched. Pieces whose name begins with
/// `waiting_` are scratch: they go when a fit is resumed.
class Checkpoint {
public:
  /// Collective. The root locks the folder, so that no two fits work in it at once, and compares `identity` (only the root's
  /// counts) with that of the checkpoint found there, if any.
  ///
  /// @param start_anew  throw away the checkpoint of another fit instead of refusing
  /// @throws InputError  the folder holds the checkpoint of another fit (the message says what differs), or a fit that is still
  ///                     running; on all ranks
  /// @throws FileError   the folder cannot be made or written; on all ranks
  Checkpoint(std::string folder, const FitIdentity& identity, const Communicator& world, bool start_anew);

  /// Whether `folder` holds a checkpoint, of whichever fit.
  static bool exists_in(const std::string& folder);
  /// Removes what is left of a checkpoint that was only just begun or just about gone: nothing in it can be used. A folder that
  /// holds anything else stays as it is.
  /// @throws InputError  another process works there
  static void remove_remains(const std::string& folder);

  bool resumed() const { return resumed_; }  ///< pieces of an earlier run may be there

  /// @throws FileError  it cannot be written (disk full); an earlier piece of that name stays
  /// @param write  called once; what it writes goes to the file as it comes, so that a large piece is never copied in memory
  void save(const std::string& name, const std::function<void(ByteWriter&)>& write) const;
  void save(const std::string& name, std::string_view bytes) const;
  /// What `read` makes of a piece's bytes, which last as long as the call. Nothing when there is no such piece, when it is
  /// damaged, or when `read` throws an Error: take_complaints() tells. A damaged piece may be shown to `read` too, while another
  /// thread finds out.
  template <class Read>
  auto load(const std::string& name, Read read) -> std::optional<decltype(read(std::string_view()))> {
    std::optional<decltype(read(std::string_view()))> found;
    if (!show(name, [&](std::string_view bytes) { found = read(bytes); })) found.reset();
    return found;
  }
  /// A copy of its bytes.
  std::optional<std::string> load(const std::string& name);
  bool has(const std::string& name) const;  ///< present, sound or not
  void remove(const std::string& name) const;
  const std::string& folder() const { return folder_; }
  std::string piece_path(const std::string& name) const;

  /// One line for every damaged piece met by this rank since the last call.
  std::vector<std::string> take_complaints();

  /// Removes the checkpoint, and the folder if nothing else is in it: the fit is finished and its result written. Root only.
  void finish();

private:
  /// @return whether the piece was there and sound
  bool show(const std::string& name, const std::function<void(std::string_view bytes)>& read);
  void open(const FitIdentity& identity, bool start_anew);
  void complain(const std::string& name, const std::string& problem);
  std::string checksum(const std::string& name, const std::string& hash_of_bytes) const;

  std::string folder_;
  std::string identity_hash_;
  bool resumed_ = false;
  std::vector<std::string> complaints_;
  std::unique_ptr<FileLock> lock_;  ///< on the root
};

}  // namespace carillon
