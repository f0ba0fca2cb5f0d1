// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "option/catalogue.h"
#include "session/session_model.h"

#include <QStringList>

namespace pfnscope::ui {

/// From a scenario's text to a Run: read, and run under each option.
class Loader {
public:
    Loader();

    /// `options`: names; unknown ones are left out, none means the first of the catalogue. Every call makes machines of
    /// its own, so it may be made on another thread.
    Result<Run> load(const QString& path, const QStringList& options) const;
    Result<Run> loadText(const QString& path, const std::string& text, const QStringList& options) const;

    const option::Catalogue& catalogue() const { return catalogue_; }

private:
    option::Catalogue catalogue_;
};

} // namespace pfnscope::ui
