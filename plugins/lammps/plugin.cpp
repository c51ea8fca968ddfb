// What `plugin load` calls in a LAMMPS with the PLUGIN package.

#include "carillon/core/version.hpp"
#include "lammpsplugin.h"
#include "pair_carillon.hpp"
#include "version.h"

extern "C" void lammpsplugin_init(void* lammps, void* handle, void* register_function) {
  static const std::string information = "pair style carillon " + std::string(carillon::version());
  lammpsplugin_t plugin{};
  plugin.version = LAMMPS_VERSION;
  plugin.style = "pair";
  plugin.name = "carillon";
  plugin.info = information.c_str();
  plugin.author = "the Carillon developers";
  plugin.creator.v1 = reinterpret_cast<lammpsplugin_factory1*>(&carillon::lammps::create_pair_carillon);
  plugin.handle = handle;
  (*reinterpret_cast<lammpsplugin_regfunc>(register_function))(&plugin, lammps);
}
