// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>
#include <QImage>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

/// Pictures that say what the window has to look like. PFNSCOPE_UPDATE_GOLDEN=1 writes them anew, as it does
/// the texts of golden.h. The font is the bundled one, without hinting; what remains is the rasteriser's
/// rounding and the slanted words, which come from the fonts of the system; so a picture is equal if at most
/// kPixelsOff of its pixels are off by more than kChannelOff of 255 in any channel.
namespace pfnscope::test {

inline constexpr int kChannelOff = 24;
inline constexpr double kPixelsOff = 0.005;

inline bool isOff(QRgb one, QRgb other) {
    return std::abs(qRed(one) - qRed(other)) > kChannelOff ||
           std::abs(qGreen(one) - qGreen(other)) > kChannelOff ||
           std::abs(qBlue(one) - qBlue(other)) > kChannelOff;
}

/// The share of pixels that are off; 1 if the sizes differ. `where`: red where they are.
inline double difference(const QImage& one, const QImage& other, QImage* where = nullptr) {
    if (one.size() != other.size() || one.isNull())
        return 1;
    int off = 0;
    for (int y = 0; y < one.height(); ++y) {
        for (int x = 0; x < one.width(); ++x) {
            const bool differs = isOff(one.pixel(x, y), other.pixel(x, y));
            off += differs ? 1 : 0;
            if (where && differs)
                where->setPixel(x, y, qRgb(255, 0, 0));
        }
    }
    return double(off) / (double(one.width()) * one.height());
}

/// Writes before, after and their difference, and a page that shows all three, below the working directory.
inline std::string writeFailure(const QString& name, const QImage& expected, const QImage& found,
                                const QImage& where) {
    const QString folder = QDir::current().filePath(QStringLiteral("golden-failures"));
    QDir().mkpath(folder);
    const QString base = folder + u'/' + QString(name).replace(u'/', u'-');
    expected.save(base + QStringLiteral(".expected.png"));
    found.save(base + QStringLiteral(".found.png"));
    where.save(base + QStringLiteral(".difference.png"));
    QFile page(base + QStringLiteral(".html"));
    if (page.open(QIODevice::WriteOnly)) {
        const QString file = base.section(u'/', -1);
        page.write(QStringLiteral(
                       "<!doctype html><title>%1</title><p>expected<p><img src='%1.expected.png'><p>found<p>"
                       "<img src='%1.found.png'><p>where they differ<p><img src='%1.difference.png'>")
                       .arg(file)
                       .toUtf8());
    }
    return page.fileName().toStdString();
}

inline void expectGoldenPicture(const std::string& name, const QImage& picture) {
    const QImage found = picture.convertToFormat(QImage::Format_RGB32);
    const QString path =
        QStringLiteral(PFNSCOPE_SOURCE_DIR "/tests/golden/expected/") + QString::fromStdString(name);
    if (const char* update = std::getenv("PFNSCOPE_UPDATE_GOLDEN"); update != nullptr && *update == '1') {
        ASSERT_TRUE(found.save(path, "PNG")) << path.toStdString();
        return;
    }
    const QImage expected = QImage(path).convertToFormat(QImage::Format_RGB32);
    ASSERT_FALSE(expected.isNull()) << path.toStdString() << "\nPFNSCOPE_UPDATE_GOLDEN=1 writes it";
    QImage where = found;
    const double off = difference(expected, found, &where);
    EXPECT_LE(off, kPixelsOff) << name << ": " << off * 100 << " % of the pixels are off; see "
                               << (off > kPixelsOff
                                       ? writeFailure(QString::fromStdString(name), expected, found, where)
                                       : std::string())
                               << "\nPFNSCOPE_UPDATE_GOLDEN=1 writes it anew";
}

} // namespace pfnscope::test
