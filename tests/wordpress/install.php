<?php
// A new site with an administrator, whose application password is printed.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('WORDPRESS_URL'), PHP_URL_HOST) . ':' . parse_url(getenv('WORDPRESS_URL'), PHP_URL_PORT);
require ABSPATH . 'wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_new_blog_notification() {}
define('WP_SITEURL', rtrim(getenv('WORDPRESS_URL'), '/'));
wp_install('The Old Herald', 'editor', 'editor@old.example', true, '', 'not used');
update_option('permalink_structure', '/%year%/%monthnum%/%day%/%postname%/');
update_option('template', 'bare');
update_option('stylesheet', 'bare');
foreach (array('comment_moderation', 'comment_previously_approved', 'moderation_notify', 'comments_notify', 'default_pingback_flag') as $name) {
    update_option($name, 0);
}
// What an installation comes with is no newsroom's.
foreach (get_posts(array('post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1)) as $post) {
    wp_delete_post($post->ID, true);
}
global $wp_rewrite;
$wp_rewrite->init();
flush_rewrite_rules(false);
list($password) = WP_Application_Passwords::create_new_application_password(1, array('name' => 'tests'));
echo $password;
