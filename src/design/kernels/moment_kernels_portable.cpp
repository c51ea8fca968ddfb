#include "kernel_levels.hpp"
#include "moment_kernels_impl.hpp"

namespace carillon {

const MomentKernels kernels_portable = kernels_of<Target<2, 8>>(SimdLevel::portable);

}  // namespace carillon
