# arm-none-eabi-g++ for a bare Cortex-M; WHIT_CPU names the core (cortex-m3, cortex-m0plus, ...).
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_AR arm-none-eabi-gcc-ar CACHE FILEPATH "")  # these two know what -flto leaves behind
set(CMAKE_RANLIB arm-none-eabi-gcc-ranlib CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(WHIT_CPU cortex-m3 CACHE STRING "The -mcpu of the target")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WHIT_CPU)
set(CMAKE_C_FLAGS_INIT "-mcpu=${WHIT_CPU} -mthumb -Os -ffunction-sections -fdata-sections")
set(CMAKE_CXX_FLAGS_INIT "-mcpu=${WHIT_CPU} -mthumb -Os -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti -fno-threadsafe-statics")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections --specs=nano.specs")
set(WHIT_ARCHITECTURE cortex_m)
