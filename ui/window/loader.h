// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "option/catalogue.h"
#include "scenario/runner.h"
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

    /// A run of one column that goes its own way from a column that stands: with a word written where no kernel wrote
    /// it (one more step, behind the one it follows), or with the scenario of another text. `label`: its name.
    Result<Run> whatIf(const Column& origin, const scenario::Intervention& intervention, const std::string& label) const;
    Result<Run> otherText(const Column& origin, const QString& path, const std::string& text, const std::string& label) const;

    const option::Catalogue& catalogue() const { return catalogue_; }

private:
    option::Catalogue catalogue_;
};

} // namespace pfnscope::ui
