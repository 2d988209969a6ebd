# Headers that are compiled once for many sources: those that many include, by themselves or through another. The compiler takes in all
# of them for each source, so that the whole of a Qt module costs more than it saves.

set(WSW_CORE_HEADERS
    <QByteArray> <QCoreApplication> <QHash> <QList> <QObject> <QString> <QStringList>
    <algorithm> <array> <functional> <memory> <optional> <vector>)
set(WSW_DESKTOP_HEADERS ${WSW_CORE_HEADERS}
    <QAbstractItemModel> <QAction> <QApplication> <QComboBox> <QHeaderView> <QKeyEvent> <QLabel> <QLineEdit> <QMenu> <QPainter>
    <QPushButton> <QSettings> <QTimer> <QToolButton> <QTreeView> <QVBoxLayout> <QWidget>)
set(WSW_TEST_CORE_HEADERS ${WSW_CORE_HEADERS} <QSignalSpy> <QTest>)
set(WSW_TEST_NETWORK_HEADERS ${WSW_TEST_CORE_HEADERS} <QTcpServer> <QTcpSocket>)
set(WSW_TEST_DESKTOP_HEADERS ${WSW_DESKTOP_HEADERS} <QSignalSpy> <QTcpServer> <QTcpSocket> <QTest>)
