#include "carillon/cli/help_formatter.hpp"

namespace carillon {

HelpFormatter::HelpFormatter() {
  label("SUBCOMMAND", "VERB");
  label("Positionals", "Arguments");
}

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool is_positional) const {
  const std::string& text = option->get_option_text();
  return is_positional && !text.empty() ? text : CLI::Formatter::make_option_name(option, is_positional);
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_positional()) return "";
  const std::string& text = option->get_option_text();
  return text.empty() ? "" : " " + text;
}

std::string HelpFormatter::make_option_usage(const CLI::Option* option) const {
  const std::string name = make_option_name(option, true);
  return option->get_required() ? name : "[" + name + "]";
}

}  // namespace carillon
