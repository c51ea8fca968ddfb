#include "carillon/data/extxyz_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "carillon/core/text_reader.hpp"
#include "writing.hpp"

namespace carillon {
namespace {

constexpr std::string_view plain_characters = "_.+-/:%#@";

bool is_plain(std::string_view text) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || plain_characters.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), plain);
}

std::string quoted_value(const std::string& text) {
  if (text.find_first_of("\n\r") != std::string::npos) throw DomainError("a label with a line break cannot be written");
  if (is_plain(text)) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool is_ours(std::string_view name) {
  constexpr std::array ours = {"Lattice",     "Properties",  "pbc",     "energy", "stress", "stress_diagonal",
                               "config_type", "temperature", "species", "pos",    "forces"};
  return std::find(ours.begin(), ours.end(), name) != ours.end();
}

void check_extra_name(const std::string& name) {
  if (!is_plain(name)) throw DomainError("the extra name '" + name + "' is no plain word");
  if (is_ours(name)) throw DomainError("the extra name '" + name + "' is taken");
}

void append_matrix(std::string& out, const char* key, const Eigen::Matrix3d& matrix) {
  out.append(key).append("=\"");
  for (int i = 0; i < 9; ++i) append_number(out, matrix(i / 3, i % 3), key, i == 0 ? "" : " ");
  out += "\" ";
}

void append_stress(std::string& out, const Structure& frame) {
  const Eigen::Matrix3d& stress = *frame.stress;
  if (stress != stress.transpose()) throw DomainError("the stress is not symmetric");
  if (!frame.stress_is_diagonal) return append_matrix(out, "stress", stress);
  out += "stress_diagonal=\"";
  for (int d = 0; d < 3; ++d) append_number(out, stress(d, d), "stress", d == 0 ? "" : " ");
  out += "\" ";
}

void check_extras(const Structure& frame, const FrameExtras& extras) {
  for (const auto& [name, value] : extras.numbers) check_extra_name(name);
  for (const auto& [name, vectors] : extras.vectors) {
    check_extra_name(name);
    if (vectors.size() != frame.size())
      throw ShapeError(fmt::format("{} vectors '{}' for {} atoms", vectors.size(), name, frame.size()));
  }
  for (const auto& [name, matrix] : extras.matrices) check_extra_name(name);
  for (const OtherKey& key : extras.keys)
    if (key.text.find_first_of("\n\r") != std::string::npos)
      throw DomainError("a key with a line break cannot be written: '" + key.key + "'");
}

void append_other_keys(std::string& out, const FrameExtras& extras) {
  const auto is_named = [](const auto& named, const std::string& key) {
    return std::any_of(named.begin(), named.end(), [&](const auto& entry) { return entry.first == key; });
  };
  for (const auto& [key, value, text] : extras.keys)
    if (!is_ours(key) && !is_named(extras.numbers, key) && !is_named(extras.matrices, key)) out += text + " ";
}

void append_comment(std::string& out, const Structure& frame, const FrameExtras& extras) {
  if (!frame.cell.vectors.isZero(0)) append_matrix(out, "Lattice", frame.cell.vectors);
  out += frame.forces ? "Properties=species:S:1:pos:R:3:forces:R:3" : "Properties=species:S:1:pos:R:3";
  for (const auto& [name, vectors] : extras.vectors) out += ":" + name + ":R:3";
  out += ' ';
  if (frame.energy) append_number(out, *frame.energy, "energy", "energy="), out += ' ';
  if (frame.stress) append_stress(out, frame);
  if (!frame.label.empty()) out += "config_type=" + quoted_value(frame.label) + " ";
  if (frame.temperature) append_number(out, *frame.temperature, "temperature", "temperature="), out += ' ';
  for (const auto& [name, value] : extras.numbers) {
    append_number(out, value, name.c_str(), name + "=");
    out += ' ';
  }
  for (const auto& [name, matrix] : extras.matrices) append_matrix(out, name.c_str(), matrix);
  append_other_keys(out, extras);
  const auto flag = [&](std::size_t d) { return frame.cell.periodic[d] ? 'T' : 'F'; };
  out += fmt::format("pbc=\"{} {} {}\"\n", flag(0), flag(1), flag(2));
}

}  // namespace

std::string extxyz_text(const Structure& frame, const FrameExtras& extras) {
  check_writable(frame);
  check_extras(frame, extras);
  std::string out = std::to_string(frame.size()) + "\n";
  append_comment(out, frame, extras);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    out += frame.species[i].symbol();
    for (int d = 0; d < 3; ++d) append_number(out, frame.positions[i][d], "position", " ");
    for (int d = 0; d < 3 && frame.forces; ++d) append_number(out, (*frame.forces)[i][d], "force", " ");
    for (const auto& [name, vectors] : extras.vectors)
      for (int d = 0; d < 3; ++d) append_number(out, vectors[i][d], name.c_str(), " ");
    out += '\n';
  }
  return out;
}

}  // namespace carillon
