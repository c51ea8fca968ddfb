# Generates core/version.hpp's numbers: the release from project(), and at each build the commit from git, where there is one.
set_source_files_properties("${PROJECT_SOURCE_DIR}/src/core/version.cpp" PROPERTIES COMPILE_DEFINITIONS
  "CARILLON_VERSION=\"${PROJECT_VERSION}\"")

set(git_hash_source "${PROJECT_BINARY_DIR}/generated/git_hash.cpp")
add_custom_target(carillon_git_hash
  COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DOUTPUT=${git_hash_source}" -P "${PROJECT_SOURCE_DIR}/cmake/WriteGitHash.cmake"
  BYPRODUCTS "${git_hash_source}"
  COMMENT "commit"
  VERBATIM)
target_sources(carillon_core PRIVATE "${git_hash_source}")
add_dependencies(carillon_core carillon_git_hash)
