// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "render/diff_text.h"
#include "render/presentation.h"
#include "scenario/runner.h"
#include "view/make_diagram.h"

#include <string>

/// Pictures of a finished run. Steps count from 1; 0 is the machine before the first.
namespace pfnscope::render {

/// A run, and what its pictures are stamped with.
struct PicturedRun {
    scenario::Run& run; ///< its machine is moved through time, and stands at its end again afterwards
    std::string name;   ///< of the scenario, as the caller knows it
    std::string version;
};

std::size_t lastStep(const scenario::Run& run);
/// Where history stands after this step.
machine::Position positionAfter(const scenario::Run& run, std::size_t step);

/// For a stamp: short, of the state as it is shown; and which kernel and manual it is modelled on.
std::string stampHash(const machine::State& state);
std::string modelText(const mm::KernelConfig& kernel);

/// Two moments in one tight picture: `position`, with marks relative to `before`.
view::Diagram pictureOf(const PicturedRun& pictured, std::size_t step,
                        const view::LayoutOptions& layout = {});
/// The same without marks: as it stands.
view::Diagram plainPictureOf(const PicturedRun& pictured, std::size_t step,
                             const view::LayoutOptions& layout = {});

/// What this step changed; of step 0 nothing.
Comparison compareWithStepBefore(const PicturedRun& pictured, std::size_t step);
/// What differs after this step under another option.
Comparison compareAt(const PicturedRun& first, const PicturedRun& other, std::size_t step);

/// Every step as a slide, in one layout for all, so that nothing moves from slide to slide.
Presentation present(const PicturedRun& pictured, const view::LayoutOptions& layout = {});

} // namespace pfnscope::render
