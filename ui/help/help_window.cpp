// SPDX-License-Identifier: GPL-3.0-or-later
#include "help/help_window.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QHBoxLayout>
#include <QImage>
#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {

const QString kFolder = QStringLiteral(":/manual/");

struct PageSpec {
    const char* file;
    const char* title;
};
constexpr PageSpec kPages[] = {
    {"guide.md", "User guide"},
    {"shortcuts.md", "Commands and keys"},
    {"scenario-format.md", "Scenario files"},
    {"exploring.md", "Searching all sequences"},
    {"schedules.md", "Operations that overlap"},
    {"ranks.md", "Searching on many ranks"},
    {"teaching.md", "Teaching"},
    {"limits.md", "Limits"},
    {"kernel-records.md", "Records of real kernels"},
    {"reading-guide.md", "Reading the source"},
};

/// The licence line in front is for whoever reads the file.
QString withoutComment(QString text) {
    if (text.startsWith(QStringLiteral("<!--")))
        text.remove(0, text.indexOf(QStringLiteral("-->")) + 3);
    return text;
}

} // namespace

ManualBrowser::ManualBrowser(QWidget* parent) : QTextBrowser(parent) {
    setOpenExternalLinks(false);
    setObjectName(QStringLiteral("manual"));
}

QVariant ManualBrowser::loadResource(int type, const QUrl& name) {
    const QString file = name.fileName();
    if (type == QTextDocument::ImageResource)
        return QImage(HelpWindow::pictureFolder() + u'/' + file);
    QFile page(kFolder + file);
    if (!page.open(QIODevice::ReadOnly))
        return {};
    return withoutComment(QString::fromUtf8(page.readAll()));
}

HelpWindow::HelpWindow(QWidget* parent)
    : QWidget(parent, Qt::Window), list_(new QListWidget), browser_(new ManualBrowser),
      search_(new QLineEdit) {
    setObjectName(QStringLiteral("help"));
    setWindowTitle(tr("pfnscope: manual"));
    resize(980, 760);
    list_->setAccessibleName(tr("Pages of the manual"));
    list_->setMaximumWidth(200);
    for (const PageSpec& page : kPages) {
        auto* item = new QListWidgetItem(tr(page.title), list_);
        item->setData(Qt::UserRole, QString::fromLatin1(page.file));
    }
    search_->setPlaceholderText(tr("Search (Ctrl+F, Enter for the next)"));
    search_->setAccessibleName(tr("Search in the manual"));
    auto* right = new QVBoxLayout;
    right->addWidget(search_);
    right->addWidget(browser_, 1);
    auto* layout = new QHBoxLayout(this);
    layout->addWidget(list_);
    layout->addLayout(right, 1);
    connect(list_, &QListWidget::currentItemChanged, this,
            [this](const QListWidgetItem* item) { showPage(item->data(Qt::UserRole).toString()); });
    connect(browser_, &QTextBrowser::sourceChanged, this, [this] {
        const QSignalBlocker quiet(list_);
        list_->setCurrentRow(int(pages().indexOf(page())));
    });
    connect(search_, &QLineEdit::returnPressed, this, [this] { find(search_->text()); });
    auto* toSearch = new QShortcut(QKeySequence::Find, this);
    connect(toSearch, &QShortcut::activated, search_, qOverload<>(&QLineEdit::setFocus));
    auto* away = new QShortcut(Qt::Key_Escape, this);
    connect(away, &QShortcut::activated, this, &QWidget::close);
    showPage(pages().front());
}

QStringList HelpWindow::pages() {
    QStringList names;
    for (const PageSpec& page : kPages)
        names << QString::fromLatin1(page.file);
    return names;
}

QString HelpWindow::pictureFolder() {
    const QDir beside(QCoreApplication::applicationDirPath() +
                      QStringLiteral("/../share/pfnscope/manual/pictures"));
    return beside.exists() ? beside.canonicalPath() : QString();
}

QString HelpWindow::page() const {
    return browser_->source().fileName();
}

void HelpWindow::showPage(const QString& page) {
    if (pages().contains(page) && page != this->page())
        browser_->setSource(QUrl(QStringLiteral("qrc:/manual/") + page), QTextDocument::MarkdownResource);
}

bool HelpWindow::find(const QString& text) {
    if (text.isEmpty())
        return false;
    const QStringList all = pages();
    const auto start = all.indexOf(page());
    for (qsizetype i = 0; i <= all.size(); ++i) {
        showPage(all[(start + i) % all.size()]);
        if (browser_->find(text))
            return true;
        browser_->moveCursor(QTextCursor::Start);
    }
    return false;
}

} // namespace pfnscope::ui
