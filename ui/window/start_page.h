// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>
#include <QStringList>

class QListWidget;

namespace pfnscope::ui {

/// What is seen before a scenario is: the first lesson one click away, the thread's cases, recent files, and a place to
/// drop a file.
class StartPage : public QScrollArea {
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);

    /// `folder` holds lessons/, thread/, callers/, bugs/, races/; empty: nothing is shipped.
    void fill(const QString& folder, const QStringList& recent);

Q_SIGNALS:
    void chosen(const QString& path);
    void openAsked();
    void newAsked();

private:
    QWidget* makeDropArea();
    QListWidget* addList(const QString& title, const QString& name);
    /// What is kept of this lesson; empty: it is not finished.
    static QString finished(const QString& lesson);
    void fillFolder(QListWidget& list, const QString& path) const;

    QListWidget* lessons_;
    QListWidget* thread_;
    QListWidget* others_;
    QListWidget* recent_;
};

} // namespace pfnscope::ui
