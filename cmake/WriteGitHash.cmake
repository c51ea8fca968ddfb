# Writes the source file that knows which commit the program is of: cmake -DSOURCE=... -DOUTPUT=... -P WriteGitHash.cmake
#
# Run at each build; the file is touched only when the hash changes. Changes of what is compiled that are in no commit add
# `-dirty.` and a hash of them, so that two different programs never go by one name: a checkpoint is bound to it.
find_package(Git QUIET)
set(compiled src include cmake CMakeLists.txt)

function(git result)
  execute_process(COMMAND "${GIT_EXECUTABLE}" ${ARGN} WORKING_DIRECTORY "${SOURCE}" OUTPUT_VARIABLE output
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

set(hash "")
if(GIT_FOUND)
  git(hash describe --always --abbrev=10)
endif()
if(hash)
  git(changes diff HEAD --no-ext-diff --no-color --binary -- ${compiled})
  git(new_files ls-files --others --exclude-standard -- ${compiled})
  if(new_files)
    string(REPLACE "\n" ";" paths "${new_files}")
    git(new_contents hash-object -- ${paths})
    string(APPEND changes "${new_files}\n${new_contents}")
  endif()
  if(changes)
    string(SHA256 changes "${changes}")
    string(SUBSTRING "${changes}" 0 8 changes)
    string(APPEND hash "-dirty.${changes}")
  endif()
else()
  set(hash "unknown")
endif()

set(text "#include \"carillon/core/version.hpp\"\n\nstd::string carillon::git_hash() { return \"${hash}\"; }\n")
set(before "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" before)
endif()
if(NOT before STREQUAL text)
  file(WRITE "${OUTPUT}" "${text}")
endif()
