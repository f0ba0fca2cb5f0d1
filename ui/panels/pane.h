// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/notebook.h"
#include "session/pictures.h"
#include "theme/theme.h"

#include <QWidget>

namespace pfnscope::ui {

class KernelSteps;

/// What every pane looks at; the window owns it all.
struct PaneContext {
    SessionModel& session;
    Pictures& pictures;
    const KernelSteps& steps;
    Notebook& notebook;
};

/// A dock's content: a function of session, time and selection, made anew when one of them moves and it is seen.
class Pane : public QWidget {
    Q_OBJECT
public:
    Pane(const PaneContext& context, const QString& name, const QString& title);

    QString title() const { return windowTitle(); }
    /// The pane as plain text, for the clipboard, for screen readers and for tests.
    virtual QString asText() = 0;
    virtual void setTheme(const Theme& theme);
    /// Brings a hidden pane up to date.
    void bringUpToDate();
    /// To be called when it may have come into sight.
    void lookAgain();
    /// The keys go to the first thing in it that takes them.
    void takeFocus();

protected:
    virtual void refresh() = 0;
    void showEvent(QShowEvent* event) override;
    /// What it shows is of another moment, or of another run.
    bool isStale() const { return stale_; }

    PaneContext context_;
    Theme theme_;

private:
    void markStale();
    void bringUpToDateIfSeen();
    bool stale_ = true;
};

} // namespace pfnscope::ui
