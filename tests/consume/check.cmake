# Installs the build, moves the installed tree elsewhere, builds an outside project against it, and runs that project's program
# and the installed one.
#
# Takes -D build, source (the outside project), work (scratch folder), project_source, compiler, generator.

function(must)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE "${work}")
must(${CMAKE_COMMAND} --install "${build}" --prefix "${work}/installed")
file(RENAME "${work}/installed" "${work}/moved")

file(GLOB_RECURSE package_files "${work}/moved/*.cmake")
foreach(package_file IN LISTS package_files)
  file(READ "${package_file}" text)
  foreach(folder IN ITEMS "${build}" "${project_source}" "${work}")
    string(FIND "${text}" "${folder}" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${package_file} names ${folder}: it would not work on another machine")
    endif()
  endforeach()
endforeach()

must(${CMAKE_COMMAND} -S "${source}" -B "${work}/build" -G "${generator}" "-DCMAKE_PREFIX_PATH=${work}/moved"
     "-DCMAKE_CXX_COMPILER=${compiler}" -DCMAKE_BUILD_TYPE=Release)
must(${CMAKE_COMMAND} --build "${work}/build")
must("${work}/build/dimer_energy")
must("${work}/moved/bin/carillon" --version)
file(STRINGS "${work}/moved/bin/carillon" found REGEX "/scripts")
string(FIND "${found}" "${project_source}" position)
if(NOT position EQUAL -1)
  message(FATAL_ERROR "the installed program names the sources' scripts: ${found}")
endif()
