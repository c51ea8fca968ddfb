# Outside libraries. Debian 12 names are in scripts/setup.

find_package(MPI REQUIRED COMPONENTS CXX)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)

# OpenBLAS and LAPACKE as one interface target: LAPACKE is found by pkg-config, and OpenBLAS is named directly so that a
# program never loads OpenBLAS and the generic libblas together.
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)
pkg_check_modules(LAPACKE REQUIRED IMPORTED_TARGET lapacke)
add_library(carillon_blas INTERFACE)
target_link_libraries(carillon_blas INTERFACE PkgConfig::LAPACKE PkgConfig::OPENBLAS)

# ScaLAPACK by pkg-config, since Debian 12's CMake package of it names files that are not there. Only its own library is
# linked: what pkg-config adds is loaded through it, or is MPI and BLAS by other names.
pkg_check_modules(SCALAPACK REQUIRED scalapack-openmpi)
find_library(CARILLON_SCALAPACK_LIBRARY scalapack-openmpi HINTS ${SCALAPACK_LIBRARY_DIRS} REQUIRED)
add_library(carillon_scalapack INTERFACE)
target_link_libraries(carillon_scalapack INTERFACE $<BUILD_INTERFACE:${CARILLON_SCALAPACK_LIBRARY}>
                                                   $<INSTALL_INTERFACE:scalapack-openmpi>)

# HDF5, the serial library under Debian's name or the plain one.
pkg_search_module(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial hdf5)
add_library(carillon_hdf5 INTERFACE)
target_link_libraries(carillon_hdf5 INTERFACE PkgConfig::HDF5)

# liblbfgs, which comes without a package file.
find_path(CARILLON_LBFGS_INCLUDE lbfgs.h REQUIRED)
find_library(CARILLON_LBFGS_LIBRARY lbfgs REQUIRED)
add_library(carillon_lbfgs INTERFACE)
target_include_directories(carillon_lbfgs INTERFACE $<BUILD_INTERFACE:${CARILLON_LBFGS_INCLUDE}>)
target_link_libraries(carillon_lbfgs INTERFACE $<BUILD_INTERFACE:${CARILLON_LBFGS_LIBRARY}> $<INSTALL_INTERFACE:lbfgs>)
