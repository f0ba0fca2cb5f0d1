// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/fonts.h"

#include <QFontDatabase>
#include <QFontInfo>

static void initialiseFontResource() {
    Q_INIT_RESOURCE(fonts); // a static library's resources are not linked in unless somebody names them
}

namespace pfnscope::ui {

namespace {

constexpr auto kMonoFamily = "DejaVu Sans Mono";
constexpr auto kTextFamily = "DejaVu Sans";

QFont bundledFont(const char* family, int pixelSize) {
    QFont font{QLatin1String(family)};
    font.setPixelSize(pixelSize);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

} // namespace

void loadFonts() {
    initialiseFontResource();
    for (const char* file : {":/fonts/DejaVuSansMono.ttf", ":/fonts/DejaVuSansMono-Bold.ttf", ":/fonts/DejaVuSans.ttf"}) {
        if (QFontDatabase::addApplicationFont(QLatin1String(file)) < 0)
            qFatal("the bundled font %s cannot be loaded", file);
    }
    const QFontInfo mono(monoFont(13));
    if (mono.family() != QLatin1String(kMonoFamily) || !mono.fixedPitch())
        qFatal("the bundled monospaced font is not in use: Qt chose %s", qPrintable(mono.family()));
}

QFont monoFont(int pixelSize) {
    QFont font = bundledFont(kMonoFamily, pixelSize);
    font.setStyleHint(QFont::Monospace);
    return font;
}

QFont textFont(int pixelSize) {
    return bundledFont(kTextFamily, pixelSize);
}

} // namespace pfnscope::ui
