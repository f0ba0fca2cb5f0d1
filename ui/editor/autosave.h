// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "window/settings.h"

#include <QLockFile>

#include <memory>
#include <optional>

namespace pfnscope::ui {

/// What is typed and not saved, kept against a crash. Several programs may run at once: each has a slot of
/// its own, and a lock beside it that outlives nobody, so that only what a dead one left is offered.
class Autosave {
public:
    Autosave();

    void keep(const UnsavedText& text);
    void forget();

    /// What a program left that ended without being asked what to do with it.
    const std::optional<UnsavedText>& left() const { return left_; }
    /// It was taken over, or nobody wants it.
    void dropLeft();

private:
    struct Slot {
        int number = -1;
        std::unique_ptr<QLockFile> lock;
    };
    static Slot lockedFrom(int number);

    Slot own_; ///< number < 0: the configuration cannot be written, nothing is kept
    Slot leftIn_;
    std::optional<UnsavedText> left_;
};

} // namespace pfnscope::ui
