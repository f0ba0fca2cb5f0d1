// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"
#include "canvas/presenter_overlay.h"
#include "golden/golden_picture.h"
#include "gui/open_window.h"
#include "window/settings.h"

#include <QAction>
#include <QDockWidget>
#include <QLabel>
#include <QPainter>
#include <QScrollBar>
#include <QSplitter>
#include <QVBoxLayout>

/// What the six main views look like, in three themes: canvas with its columns, inspector, script, a table,
/// timeline, and the start page.
namespace pfnscope::ui {
namespace {

struct Pictures6 : test::OpenWindow, testing::WithParamInterface<ThemeKind> {
    Pictures6() {
        Settings::setFadeDuration(0);
        window.resize(1366, 768);
        window.applyPreset(Preset::Explore);
        window.setTheme(GetParam());
        session().moveToStep(2);
        EXPECT_TRUE(window.goTo(QStringLiteral("heap + 4K")));
        settle();
    }
    static void settle() {
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
    }
    void expect(const char* view, QWidget& widget, const QSize& size) {
        QWidget room; // a size of its own, whatever the docks leave
        auto* whole = new QVBoxLayout(&room);
        whole->setContentsMargins(0, 0, 0, 0);
        whole->addWidget(&widget);
        room.resize(size);
        widget.show(); // its dock hid it
        room.show();
        settle();
        QImage picture(size, QImage::Format_RGB32);
        picture.fill(Theme(GetParam()).panel());
        room.render(&picture);
        test::expectGoldenPicture(
            std::string("window/") + view + "." + name(GetParam()).toStdString() + ".png", picture);
        widget.setParent(&window); // who deletes it
    }
    QWidget& pane(const char* name) {
        Pane* pane = window.pane(QString::fromLatin1(name));
        window.docks().dock(QString::fromLatin1(name))->setWidget(nullptr);
        return *pane;
    }
};

TEST_P(Pictures6, Columns) {
    expect("columns", *window.findChild<QSplitter*>(QStringLiteral("columns")), {760, 460});
}
TEST_P(Pictures6, Inspector) {
    expect("inspector", pane("pane.inspector"), {360, 660});
}
TEST_P(Pictures6, Script) {
    expect("script", pane("pane.script"), {300, 460});
}
TEST_P(Pictures6, Ledger) {
    expect("ledger", pane("pane.ledger"), {760, 160});
}
TEST_P(Pictures6, Calls) {
    expect("calls", pane("pane.calls"), {360, 360});
}
TEST_P(Pictures6, Timeline) {
    expect("timeline", pane("pane.timeline"), {760, 120});
}

INSTANTIATE_TEST_SUITE_P(Themes, Pictures6,
                         testing::Values(ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print),
                         [](const auto& theme) { return name(theme.param).toStdString(); });

struct HighDpi : test::OpenWindow, testing::WithParamInterface<double> {};

TEST_P(HighDpi, ACanvasIsTheSamePictureAtEveryScale) {
    Settings::setFadeDuration(0);
    session().moveToStep(2);
    CanvasView& canvas = window.columns()[0]->canvas();
    canvas.fit();
    const auto drawn = [&canvas](double scale) {
        QImage picture((QSizeF(canvas.size()) * scale).toSize(), QImage::Format_RGB32);
        picture.setDevicePixelRatio(scale);
        picture.fill(Qt::white);
        QPainter painter(&picture);
        canvas.render(&painter, QRectF(QPointF(), QSizeF(canvas.size())), canvas.viewport()->rect());
        return picture;
    };
    const QImage plain = drawn(1);
    const QImage again = drawn(GetParam())
                             .scaled(plain.size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                             .convertToFormat(QImage::Format_RGB32);
    double sum = 0;
    for (int y = 0; y < plain.height(); ++y) {
        for (int x = 0; x < plain.width(); ++x)
            sum += std::abs(qGray(plain.pixel(x, y)) - qGray(again.pixel(x, y)));
    }
    EXPECT_LT(sum / (double(plain.width()) * plain.height()), 8) << "mean grey levels apart";
    EXPECT_NE(plain, drawn(2)); // something was drawn at the other scale at all
}

INSTANTIATE_TEST_SUITE_P(Scales, HighDpi, testing::Values(1.0, 1.25, 1.5, 2.0));

using Presenter = test::OpenWindow;

TEST_F(Presenter, ShowsACaptionAndNoChromeAndLeavesAsItCame) {
    session().moveToStep(2);
    window.actions().action(ActionId::ViewPresenter)->trigger();
    auto* caption = window.findChild<QLabel*>(QStringLiteral("caption"));
    ASSERT_TRUE(caption);
    EXPECT_TRUE(caption->isVisible());
    EXPECT_TRUE(caption->text().contains(QStringLiteral("mprotect")));
    press(Qt::Key_PageDown); // what a remote control sends
    EXPECT_TRUE(caption->text().contains(QStringLiteral("4/")));
    EXPECT_TRUE(window.docks().dock(QStringLiteral("pane.inspector"))->isHidden());
    window.actions().action(ActionId::ViewPresenter)->trigger();
    EXPECT_FALSE(caption->isVisible());
}

TEST_F(Presenter, TheSpotlightIsOnTheSelectionAndWhatChanged) {
    session().moveToStep(2);
    ASSERT_TRUE(window.goTo(QStringLiteral("heap + 4K")));
    const PresenterOverlay& overlay = window.columns()[0]->canvas().presenter();
    EXPECT_FALSE(overlay.isVisible());
    window.actions().action(ActionId::ViewSpotlight)->trigger();
    EXPECT_TRUE(overlay.isVisible());
    EXPECT_FALSE(overlay.lit().isEmpty());
    EXPECT_LT(std::size_t(overlay.lit().size()), window.columns()[0]->canvas().diagram().boxes.size());
    window.actions().action(ActionId::ViewSpotlight)->trigger();
    EXPECT_FALSE(overlay.isVisible());
}

TEST_F(Presenter, AQuestionIsPutBeforeItsStepAndRRunsIt) {
    session().moveToStep(1); // the next one asks
    const QString before = textOf("pane.script");
    EXPECT_TRUE(before.contains(QStringLiteral("Will the data be copied?")));
    EXPECT_FALSE(
        before.contains(QStringLiteral("Half of the leaf becomes read-only"))); // that would be the answer
    window.actions().action(ActionId::ToolsReveal)->trigger();
    EXPECT_EQ(session().step(), 2U);
    EXPECT_TRUE(textOf("pane.script").contains(QStringLiteral("Half of the leaf becomes read-only")));
}

TEST_F(Presenter, ColumnsScrollAndZoomAsOne) {
    CanvasView& first = window.columns()[0]->canvas();
    CanvasView& second = window.columns()[1]->canvas();
    first.zoomTo(2.5);
    first.verticalScrollBar()->setValue(130);
    first.horizontalScrollBar()->setValue(40);
    EXPECT_EQ(second.mapToScene(0, 0), first.mapToScene(0, 0));
    second.verticalScrollBar()->setValue(90);
    EXPECT_EQ(second.mapToScene(0, 0), first.mapToScene(0, 0));
}

} // namespace
} // namespace pfnscope::ui
