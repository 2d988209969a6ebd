// What a target is made of that only compiles headers for others (wsw_add_headers in rooms.cmake).
