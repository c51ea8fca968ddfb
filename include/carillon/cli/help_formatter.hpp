#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace carillon {

/// Help texts in which an argument shows as its option_text says (`MODEL... DATA`, `FILE`), without the type names, ranges and
/// lists of choices that CLI11 adds: descriptions say those in words.
class HelpFormatter : public CLI::Formatter {
public:
  HelpFormatter();
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_usage(const CLI::Option* option) const override;
};

}  // namespace carillon
