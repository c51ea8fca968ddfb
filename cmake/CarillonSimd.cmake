# The moment kernels are compiled once for each instruction set and chosen when the program runs (design/simd_level.hpp), so
# that one build serves all machines. Everything else is compiled for the baseline of the architecture.

set(kernel_folder "${PROJECT_SOURCE_DIR}/src/design/kernels")
# Contraction to fused multiply-add where the target has it; -Wno-psabi: no vector crosses a function boundary.
set(kernel_flags -ffp-contract=fast -Wno-psabi)

target_sources(carillon_design PRIVATE "${kernel_folder}/moment_kernels_portable.cpp")
set_source_files_properties("${kernel_folder}/moment_kernels_portable.cpp" PROPERTIES COMPILE_OPTIONS "${kernel_flags}")

# Under the sanitizers only the portable one: all come from one source, and each takes minutes to compile instrumented.
if(NOT CARILLON_SANITIZE AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  target_compile_definitions(carillon_design PRIVATE CARILLON_SIMD_X86)
  target_sources(carillon_design PRIVATE "${kernel_folder}/moment_kernels_avx2.cpp" "${kernel_folder}/moment_kernels_avx512.cpp")
  set_source_files_properties("${kernel_folder}/moment_kernels_avx2.cpp" PROPERTIES
    COMPILE_OPTIONS "${kernel_flags};-mavx2;-mfma;-mbmi;-mpopcnt")
  set_source_files_properties("${kernel_folder}/moment_kernels_avx512.cpp" PROPERTIES
    COMPILE_OPTIONS "${kernel_flags};-mavx2;-mfma;-mbmi;-mpopcnt;-mavx512f;-mavx512dq;-mavx512vl;-mavx512bw")
endif()
