# `cmake --install`: the program, the libraries, the headers, the scripts the program calls, and a package file, so that an
# outside project can say find_package(carillon) and link carillon::api. The tree may be moved after it has been installed.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The scripts the program calls are found from where it is; a build tree has them beside it.
file(RELATIVE_PATH scripts_from_program "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_DATADIR}/carillon/scripts")
set_source_files_properties("${PROJECT_SOURCE_DIR}/src/cli/plots.cpp" PROPERTIES COMPILE_DEFINITIONS
  "CARILLON_SCRIPTS_FROM_PROGRAM=\"${scripts_from_program}\"")
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/scripts" "${PROJECT_BINARY_DIR}/scripts" SYMBOLIC)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/carillon")

# The command line is the program's own: outside projects link api, or single modules.
get_property(installed_modules GLOBAL PROPERTY CARILLON_MODULES)
list(REMOVE_ITEM installed_modules cli)
list(TRANSFORM installed_modules PREPEND carillon_ OUTPUT_VARIABLE installed_targets)
set_target_properties(carillon_blas PROPERTIES EXPORT_NAME blas)
set_target_properties(carillon_scalapack PROPERTIES EXPORT_NAME scalapack)
set_target_properties(carillon_hdf5 PROPERTIES EXPORT_NAME hdf5)
set_target_properties(carillon_lbfgs PROPERTIES EXPORT_NAME lbfgs)

install(TARGETS carillon RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS ${installed_targets} carillon_blas carillon_scalapack carillon_hdf5 carillon_lbfgs EXPORT carillon_targets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY include/carillon DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp" PATTERN cli EXCLUDE)
install(DIRECTORY scripts/ DESTINATION "${CMAKE_INSTALL_DATADIR}/carillon/scripts" USE_SOURCE_PERMISSIONS
        FILES_MATCHING PATTERN "*.py" PATTERN __pycache__ EXCLUDE)
install(FILES LICENSE README.md CHANGELOG.md CITATION.cff DESTINATION "${CMAKE_INSTALL_DOCDIR}")

install(EXPORT carillon_targets NAMESPACE carillon:: FILE carillonTargets.cmake DESTINATION "${package_folder}")
configure_package_config_file(cmake/carillonConfig.cmake.in "${PROJECT_BINARY_DIR}/carillonConfig.cmake"
                              INSTALL_DESTINATION "${package_folder}")
# Before 1.0 a minor release may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/carillonConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/carillonConfig.cmake" "${PROJECT_BINARY_DIR}/carillonConfigVersion.cmake"
        DESTINATION "${package_folder}")
