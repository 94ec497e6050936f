<?php
// WordPress's own files are links to Debian's: without this, it would look for its configuration beside these.
define('ABSPATH', getenv('WORDPRESS_ROOT') . '/');
