#pragma once

#define WHIT_VERSION "0.1.0"
