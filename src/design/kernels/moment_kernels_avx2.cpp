#include "kernel_levels.hpp"
#include "moment_kernels_impl.hpp"

namespace carillon {

const MomentKernels kernels_avx2 = kernels_of<Target<4, 12>>(SimdLevel::avx2);

}  // namespace carillon
