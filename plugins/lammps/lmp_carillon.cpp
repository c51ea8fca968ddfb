// The `lmp` of an installed LAMMPS library with the pair style in it, for those that were built without the PLUGIN package
// (Debian's).

#include <mpi.h>

#include <cstdio>
#include <exception>

#include "pair_carillon.hpp"

#include "force.h"
#include "input.h"
#include "lammps.h"

namespace {

void run(int count, char** words) {
  LAMMPS_NS::LAMMPS lammps(count, words, MPI_COMM_WORLD);
  (*lammps.force->pair_map)["carillon"] = &carillon::lammps::create_pair_carillon;
  lammps.input->file();
}

}  // namespace

int main(int count, char** words) {
  MPI_Init(&count, &words);
  try {
    run(count, words);
  } catch (const std::exception& problem) {  // LAMMPS has said it already, where it throws at all
    std::fprintf(stderr, "lmp_carillon: error: %s\n", problem.what());
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  MPI_Finalize();
  return 0;
}
