#include "carillon/core/version.hpp"

#include <fmt/format.h>
#include <hdf5.h>
#include <mpi.h>
#include <nlohmann/json.hpp>
#include <omp.h>
#include <openssl/opensslv.h>
#include <spdlog/version.h>

#include <Eigen/Core>
#include <array>

#include "carillon/core/parallel.hpp"

namespace carillon {

std::string version() { return CARILLON_VERSION; }

std::string version_description() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> mpi{};
  int length = 0;
  MPI_Get_library_version(mpi.data(), &length);
  const std::string mpi_text(mpi.data(), static_cast<std::size_t>(length));
  return fmt::format(
      "carillon {} ({})\ncompiler {}\nblas     {}\nmpi      {}\nopenmp   {}\neigen    {}.{}.{}\nfmt      {}.{}.{}\nspdlog   {}.{}.{}\n"
      "json     {}.{}.{}\nopenssl  {}\nhdf5     {}.{}.{}\n",
      version(), git_hash(), __VERSION__, blas_description(), mpi_text.substr(0, mpi_text.find(',')), _OPENMP, EIGEN_WORLD_VERSION,
      EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION, FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100, SPDLOG_VER_MAJOR,
      SPDLOG_VER_MINOR, SPDLOG_VER_PATCH, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH,
      OPENSSL_VERSION_TEXT, H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}

}  // namespace carillon
