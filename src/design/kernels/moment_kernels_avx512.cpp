#include "kernel_levels.hpp"
#include "moment_kernels_impl.hpp"

namespace carillon {

const MomentKernels kernels_avx512 = kernels_of<Target<8, 24>>(SimdLevel::avx512);

}  // namespace carillon
