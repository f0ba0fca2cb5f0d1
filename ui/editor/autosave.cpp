// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/autosave.h"

#include <QDir>

#include <chrono>

namespace pfnscope::ui {

namespace {
constexpr int kMostSlots = 32;
}

Autosave::Autosave() : own_(lockedFrom(0)) {
    while (own_.number >= 0) {
        const UnsavedText found = Settings::unsaved(own_.number);
        if (found.text.isEmpty())
            return;
        if (!left_) {
            left_ = found;
            leftIn_ = std::move(own_); // its lock stays: no other program offers the same
        }
        own_ = lockedFrom(own_.number + 1);
    }
}

/// The first slot from `number` on that no living program holds.
Autosave::Slot Autosave::lockedFrom(int number) {
    if (!QDir().mkpath(Settings::folder()))
        return {};
    for (; number < kMostSlots; ++number) {
        auto lock = std::make_unique<QLockFile>(
            QStringLiteral("%1/unsaved-%2.lock").arg(Settings::folder()).arg(number));
        lock->setStaleLockTime(std::chrono::milliseconds(0)); // however old: it is the process that counts
        if (lock->tryLock())
            return {number, std::move(lock)};
        if (lock->error() != QLockFile::LockFailedError)
            return {};
    }
    return {};
}

void Autosave::keep(const UnsavedText& text) {
    if (own_.number >= 0)
        Settings::setUnsaved(own_.number, text);
}

void Autosave::forget() {
    keep({});
}

void Autosave::dropLeft() {
    if (left_)
        Settings::setUnsaved(leftIn_.number, {});
    left_.reset();
    leftIn_ = {};
}

} // namespace pfnscope::ui
