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
