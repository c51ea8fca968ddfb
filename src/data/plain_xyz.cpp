#include "formats.hpp"

namespace carillon {
namespace {

/// Positions only: the header holds 9 numbers, the rows of the cell vectors (Å); atom lines are `El x y z` (Å). Fully periodic.
class PlainXyz : public FrameFormat {
public:
  explicit PlainXyz(const DataOptions& options) : FrameFormat(options) {
    refuse_keys(options, "plain_xyz");
    refuse_columns(options);
    if (options.stress_convention) throw InputError("a stress convention is given, but the format plain_xyz holds no stress");
  }

protected:
  std::string_view read_body(FrameLines& lines, long atoms, Structure& frame, KeyTally*) const override {
    const std::string_view header = lines.header_line();
    read_cell(lines, header, frame.cell);
    for (long atom = 0; atom < atoms; ++atom) {
      const std::string_view line = lines.atom_line(atom);
      std::string_view rest = line;
      frame.species.push_back(lines.element(take_word(rest)));
      frame.positions.push_back(lines.vector(rest, "position"));
      if (!trim(rest).empty()) lines.fail_words(line, 4, "El x y z");
    }
    return header;
  }

private:
  static void read_cell(const FrameLines& lines, std::string_view header, Cell& cell) {
    const auto words = split_words(header);
    if (words.size() != 9)
      lines.fail("expected a header of 9 numbers, the rows of the cell vectors, found " + std::to_string(words.size()) + ": " +
                 quoted(header, 200));
    for (int i = 0; i < 9; ++i)
      cell.vectors(i / 3, i % 3) = lines.number(words[static_cast<std::size_t>(i)], "cell number", std::to_string(i + 1));
    cell.periodic = {true, true, true};
    check_cell(lines, cell);
  }
};

}  // namespace

std::unique_ptr<FrameFormat> make_plain_xyz(const DataOptions& options) { return std::make_unique<PlainXyz>(options); }

}  // namespace carillon
