# Generates core/version.hpp's numbers: the release from project(), the commit from git where there is one.
find_package(Git QUIET)

if(Git_FOUND)
  execute_process(COMMAND "${GIT_EXECUTABLE}" describe --always --dirty --abbrev=10 WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
                  OUTPUT_VARIABLE CARILLON_GIT_HASH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT CARILLON_GIT_HASH)
  set(CARILLON_GIT_HASH "unknown")
endif()
set_source_files_properties("${PROJECT_SOURCE_DIR}/src/core/version.cpp" PROPERTIES COMPILE_DEFINITIONS
  "CARILLON_VERSION=\"${PROJECT_VERSION}\";CARILLON_GIT_HASH=\"${CARILLON_GIT_HASH}\"")
