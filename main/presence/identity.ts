/** What the systems know the program by; the packages are made with the same. */
export const APP_NAME = 'Sluice';
export const APP_ID = 'org.sluice.desktop';
