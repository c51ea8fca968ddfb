#pragma once

#include <memory>
#include <string>

#include "carillon/data/frame_format.hpp"

/// The implementations of FrameFormat, known to the factory in frame_format.cpp only.
namespace carillon {

std::unique_ptr<FrameFormat> make_extxyz(const DataOptions& options);
std::unique_ptr<FrameFormat> make_plain_xyz(const DataOptions& options);
std::unique_ptr<FrameFormat> make_xyzf(const DataOptions& options);

/// For formats whose quantities have no names: throws InputError when the options name some.
void refuse_keys(const DataOptions& options, const std::string& format);
/// For formats other than xyzf.
void refuse_columns(const DataOptions& options);

}  // namespace carillon
