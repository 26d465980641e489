set(board_name mps2-an500)
include(${CMAKE_CURRENT_LIST_DIR}/../common/mps2/mps2.cmake)
