# `cmake --install`: the program, the libraries, the headers and a package file for find_package(carillon).
include(GNUInstallDirs)
install(TARGETS carillon RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
