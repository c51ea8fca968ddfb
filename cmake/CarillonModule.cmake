# carillon_module(<name> [DEPENDS <module>...] [LINKS <target>...])
#
# Makes the static library carillon_<name> (alias carillon::<name>) from src/<name>/*.cpp, with its public headers in
# include/carillon/<name>/. DEPENDS names Carillon modules, LINKS outside libraries. When tests are on, the files
# tests/unit/<name>/*_test.cpp become the test program unit_<name> (see tests/CMakeLists.txt).

set_property(GLOBAL PROPERTY CARILLON_MODULES "")

function(carillon_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  set_property(GLOBAL APPEND PROPERTY CARILLON_MODULES ${name})

  if(sources)
    add_library(carillon_${name} STATIC ${sources})
    set(scope PUBLIC)
    carillon_target_options(carillon_${name})
  else()
    add_library(carillon_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(carillon::${name} ALIAS carillon_${name})
  set_target_properties(carillon_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(carillon_${name} ${scope} cxx_std_20)
  target_include_directories(carillon_${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  foreach(dependency IN LISTS ARG_DEPENDS)
    target_link_libraries(carillon_${name} ${scope} carillon::${dependency})
  endforeach()
  target_link_libraries(carillon_${name} ${scope} ${ARG_LINKS})
endfunction()
