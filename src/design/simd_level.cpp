#include "carillon/design/simd_level.hpp"

#include <cstdlib>

#include "carillon/core/error.hpp"
#include "carillon/design/moment_kernels.hpp"

namespace carillon {
namespace {

constexpr SimdLevel all_levels[] = {SimdLevel::portable, SimdLevel::avx2, SimdLevel::avx512};

bool machine_has(SimdLevel level) {
#if defined(__x86_64__)
  switch (level) {
    case SimdLevel::portable:
      return true;
    case SimdLevel::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
             __builtin_cpu_supports("popcnt");
    case SimdLevel::avx512:
      return machine_has(SimdLevel::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  }
#endif
  return level == SimdLevel::portable;
}

}  // namespace

bool is_supported(SimdLevel level) { return machine_has(level) && is_compiled(level); }

std::vector<SimdLevel> supported_simd_levels() {
  std::vector<SimdLevel> out;
  for (const SimdLevel level : all_levels)
    if (is_supported(level)) out.push_back(level);
  return out;
}

SimdLevel default_simd_level() {
  const char* asked = std::getenv("CARILLON_SIMD");
  if (asked == nullptr || *asked == '\0') return supported_simd_levels().back();
  const SimdLevel level = simd_level(asked);
  if (!is_supported(level))
    throw InputError("environment variable CARILLON_SIMD asks for " + std::string(asked) +
                     ", which this machine does not support");
  return level;
}

const char* to_string(SimdLevel level) {
  switch (level) {
    case SimdLevel::portable:
      return "portable";
    case SimdLevel::avx2:
      return "avx2";
    case SimdLevel::avx512:
      return "avx512";
  }
  return "?";
}

SimdLevel simd_level(const std::string& name) {
  for (const SimdLevel level : all_levels)
    if (name == to_string(level)) return level;
  throw InputError("instruction set '" + name + "' is not one of: portable, avx2, avx512");
}

}  // namespace carillon
