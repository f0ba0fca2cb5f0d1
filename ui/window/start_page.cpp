// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/start_page.h"

#include "scenario/lesson_progress.h"

#include <QDir>
#include <QFile>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>

namespace pfnscope::ui {

namespace {

constexpr int kFirstHeight = 40; ///< what a newcomer is to find first

/// The `title` of a scenario without reading the rest of it: a start page must not fail over one bad file.
QString titleOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return {};
    for (int line = 0; line < 10 && !file.atEnd(); ++line) {
        const QString text = QString::fromUtf8(file.readLine(4096)).trimmed();
        if (text.startsWith(QStringLiteral("title:")))
            return text.mid(6).trimmed().remove(u'"');
    }
    return {};
}

} // namespace

StartPage::StartPage(QWidget* parent) : QScrollArea(parent) {
    setObjectName(QStringLiteral("startPage"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true); // the window may become smaller than the page
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(28, 20, 28, 20);
    grid->setHorizontalSpacing(20);
    auto* title = new QLabel(tr("<h2>pfnscope</h2>What the Linux kernel does to page tables when it maps physical frames with "
                                "huge entries: step through it, put the design options side by side, take the diagram with you."));
    title->setWordWrap(true);
    grid->addWidget(title, 0, 0, 1, 2);
    auto* first = new QPushButton(tr("Begin: lesson 1, \"What a page table is\" (ten minutes; the program shows every step)"));
    first->setObjectName(QStringLiteral("firstLesson"));
    first->setMinimumHeight(kFirstHeight);
    QFont bold = first->font();
    bold.setBold(true);
    first->setFont(bold);
    setFocusProxy(first);
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) // a button takes only the space bar by itself
        connect(new QShortcut(key, first, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, first, &QPushButton::click);
    grid->addWidget(first, 1, 0, 1, 2);
    lessons_ = addList(tr("Learn: the course, from the first page table on"), QStringLiteral("lessons"));
    thread_ = addList(tr("Reproduce the thread: the cases of the mail"), QStringLiteral("thread"));
    others_ = addList(tr("What drivers do, and bugs of the past"), QStringLiteral("others"));
    recent_ = addList(tr("Recent files"), QStringLiteral("recent"));
    int place = 0;
    for (QListWidget* list : {lessons_, thread_, others_, recent_}) {
        auto* label = new QLabel(QStringLiteral("<b>%1</b>").arg(list->accessibleName()));
        grid->addWidget(label, 2 + place / 2 * 2, place % 2);
        grid->addWidget(list, 3 + place / 2 * 2, place % 2);
        ++place;
    }
    grid->addWidget(makeDropArea(), 6, 0, 1, 2);
    setWidget(page);
    connect(first, &QPushButton::clicked, this, [this] {
        if (const QListWidgetItem* item = lessons_->item(0))
            Q_EMIT chosen(item->data(Qt::UserRole).toString());
    });
}

QWidget* StartPage::makeDropArea() {
    auto* area = new QFrame;
    area->setObjectName(QStringLiteral("dropArea"));
    auto* row = new QHBoxLayout(area);
    row->addWidget(new QLabel(tr("Drop a file anywhere on this window, or")));
    const auto button = [&](const QString& text, const char* name, auto signal) {
        auto* made = new QPushButton(text);
        made->setObjectName(QString::fromLatin1(name));
        connect(made, &QPushButton::clicked, this, signal);
        row->addWidget(made);
    };
    button(tr("&Open a scenario or a dump..."), "openButton", &StartPage::openAsked);
    button(tr("Write a &new one"), "newButton", &StartPage::newAsked);
    row->addStretch(1);
    return area;
}

QListWidget* StartPage::addList(const QString& title, const QString& name) {
    auto* list = new QListWidget;
    list->setObjectName(name);
    list->setAccessibleName(title);
    const auto choose = [this](const QListWidgetItem* item) { Q_EMIT chosen(item->data(Qt::UserRole).toString()); };
    connect(list, &QListWidget::itemClicked, this, choose);
    connect(list, &QListWidget::itemActivated, this, choose);
    return list;
}

QString StartPage::finished(const QString& lesson) {
    const auto file = scenario::progressFile();
    const auto progress = file ? scenario::Progress::load(*file) : scenario::Progress();
    const auto score = progress ? progress->of(lesson.toStdString()) : std::nullopt;
    if (!score)
        return {};
    return score->asked == 0 ? tr("   (finished)") : tr("   (finished, %1 of %2 right at once)").arg(score->right).arg(score->asked);
}

void StartPage::fillFolder(QListWidget& list, const QString& path) const {
    for (const QFileInfo& file : QDir(path).entryInfoList({QStringLiteral("*.yaml")}, QDir::Files, QDir::Name)) {
        const QString title = titleOf(file.filePath());
        QString words = title.isEmpty() ? file.fileName() : title;
        if (&list == lessons_)
            words = QStringLiteral("%1  %2%3").arg(list.count() + 1).arg(words, finished(file.completeBaseName()));
        auto* item = new QListWidgetItem(words, &list);
        item->setData(Qt::UserRole, file.filePath());
        item->setToolTip(file.filePath());
    }
}

void StartPage::fill(const QString& folder, const QStringList& recent) {
    for (QListWidget* list : {lessons_, thread_, others_, recent_})
        list->clear();
    if (!folder.isEmpty()) {
        fillFolder(*lessons_, folder + QStringLiteral("/lessons"));
        fillFolder(*thread_, folder + QStringLiteral("/thread"));
        fillFolder(*others_, folder + QStringLiteral("/callers"));
        fillFolder(*others_, folder + QStringLiteral("/bugs"));
        fillFolder(*others_, folder + QStringLiteral("/races"));
    }
    for (const QString& path : recent) {
        auto* item = new QListWidgetItem(path.section(u'/', -2), recent_);
        item->setData(Qt::UserRole, path);
        item->setToolTip(path);
    }
}

} // namespace pfnscope::ui
