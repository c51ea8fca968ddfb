#include "carillon/design/moment_kernels.hpp"

#include "carillon/core/error.hpp"
#include "kernels/kernel_levels.hpp"

namespace carillon {
namespace {

const MomentKernels* compiled_kernels(SimdLevel level) {
  switch (level) {
    case SimdLevel::portable:
      return &kernels_portable;
#if defined(CARILLON_SIMD_X86)
    case SimdLevel::avx2:
      return &kernels_avx2;
    case SimdLevel::avx512:
      return &kernels_avx512;
#endif
    default:
      return nullptr;
  }
}

}  // namespace

bool is_compiled(SimdLevel level) { return compiled_kernels(level) != nullptr; }

const MomentKernels& moment_kernels(SimdLevel level) {
  if (!is_supported(level))
    throw InputError("instruction set " + std::string(to_string(level)) + " is not supported by this machine");
  return *compiled_kernels(level);
}

}  // namespace carillon
