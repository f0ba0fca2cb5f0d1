// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextBrowser>
#include <QWidget>

class QLineEdit;
class QListWidget;

namespace pfnscope::ui {

/// A page of the manual: its text is in the program, its pictures are in the folder that the build or the
/// package made.
class ManualBrowser : public QTextBrowser {
    Q_OBJECT
public:
    explicit ManualBrowser(QWidget* parent = nullptr);
    QVariant loadResource(int type, const QUrl& name) override;
};

/// The manual inside the program: pages, search, links.
class HelpWindow : public QWidget {
    Q_OBJECT
public:
    explicit HelpWindow(QWidget* parent = nullptr);

    /// "guide.md"; what is no page leaves the shown one.
    void showPage(const QString& page);
    QString page() const;
    QString text() const { return browser_->toPlainText(); }
    /// Where the text stands next, on this page or a later one; false: nowhere.
    bool find(const QString& text);

    static QStringList pages();
    /// share/pfnscope/manual/pictures beside the program; empty: there are none.
    static QString pictureFolder();

private:
    QListWidget* list_;
    ManualBrowser* browser_;
    QLineEdit* search_;
};

} // namespace pfnscope::ui
