#pragma once

#include "carillon/design/moment_kernels.hpp"

namespace carillon {

// One for each source file of this folder; the build decides which there are (cmake/CarillonSimd.cmake).
extern const MomentKernels kernels_portable;
extern const MomentKernels kernels_avx2;
extern const MomentKernels kernels_avx512;

}  // namespace carillon
