#include "carillon/cli/run.hpp"

int main(int argc, char** argv) { return carillon::run_command_line(argc, argv); }
